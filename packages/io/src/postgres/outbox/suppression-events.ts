const detail = `jsonb_strip_nulls(jsonb_build_object('suppression_id', id, 'recipient', address, 'reason', reason,
    'stream_id', stream_id, 'expires_at', expires_at))`;

const appendSql = (type: string, rows: string): string => `
  INSERT INTO event (id, account_id, type, occurred_at, detail)
  SELECT waybill_make_id(clock_timestamp()), account_id, '${type}', clock_timestamp(), ${detail} FROM ${rows}`;

/** SQL: the events of the rows that `added` returned. */
export const suppressionCreatedSql = appendSql('suppression.created', 'added');

/** SQL: the events of the rows that `removed` returned. */
export const suppressionDeletedSql = appendSql('suppression.deleted', 'removed');
