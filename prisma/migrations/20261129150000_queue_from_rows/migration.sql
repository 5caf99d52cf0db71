-- On PostgreSQL the queue takes its jobs from the rows of mail (ADR 23), so BullMQ's tables are of no use. The jobs in them are
-- ids of rows that are still due.
DROP SCHEMA IF EXISTS bullmq CASCADE;
