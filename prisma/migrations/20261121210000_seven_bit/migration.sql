-- Whether the octets are ASCII without NUL (7bit data of RFC 2045 §2.7), so that they can be read as text: as bytea they come in hex,
-- twice the size, to be turned back one by one. Nearly all mail is. What is there already stays on the long way.
ALTER TABLE message_content ADD COLUMN is_seven_bit boolean NOT NULL DEFAULT false;
