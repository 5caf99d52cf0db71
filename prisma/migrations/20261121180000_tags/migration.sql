-- Nobody asked it: under row-level security only operators that are leakproof may use an index, and @> is not. Lists look for
-- a tag along the newest messages (packages/io/src/postgres/message-list.ts), so accepting need not pay for it.
DROP INDEX message_by_tag;
