-- Developers ask for "what did ada@ get", in whatever case, and the operator asks over all accounts.
DROP INDEX "sandbox_message_account_id_rcpt_to_id_idx";
CREATE INDEX "sandbox_message_account_id_id_idx" ON "sandbox_message"("account_id", "id");
CREATE INDEX sandbox_message_by_recipient ON sandbox_message (lower(rcpt_to), id);
