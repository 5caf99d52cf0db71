-- A link that makes another address the address of its user. It is mailed to that address.
ALTER TABLE user_link DROP CONSTRAINT user_link_purpose_known;
ALTER TABLE user_link ADD COLUMN email TEXT;
ALTER TABLE user_link ADD CONSTRAINT user_link_purpose_known CHECK (purpose IN ('password', 'sign_in', 'email') AND (purpose = 'email') = (email IS NOT NULL));
