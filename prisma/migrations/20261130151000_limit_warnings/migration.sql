-- A warning of a limit is an event of the account, committed with the warning.
CREATE OR REPLACE FUNCTION waybill_warn_limits(account uuid, subjects uuid[], limits bigint[], used bigint[], at timestamptz)
RETURNS SETOF limit_warning
LANGUAGE sql VOLATILE AS $$
  WITH due AS (
    INSERT INTO limit_warning (subject_id, limit_name, limit_value, window_start, percent, account_id)
    SELECT subjects[(n - 1) / 5 + 1], (ARRAY['new_per_hour', 'per_second', 'per_hour', 'per_day', 'per_month'])[n % 5 + 1], most,
      date_trunc((ARRAY['hour', 'second', 'hour', 'day', 'month'])[n % 5 + 1], at, 'UTC'), percent, account
    FROM unnest(limits, used) WITH ORDINALITY AS t(most, so_far, n)
    JOIN (VALUES (80), (100)) AS levels(percent) ON so_far * 100 >= most * percent
    WHERE n % 5 <> 1
    ON CONFLICT DO NOTHING
    RETURNING *
  ), highest AS (
    SELECT DISTINCT ON (subject_id, limit_name) * FROM due ORDER BY subject_id, limit_name, percent DESC
  ), told AS (
    INSERT INTO event (id, account_id, type, occurred_at, detail)
    SELECT waybill_make_id(at), account_id, 'account.limit_warning', at, jsonb_build_object(
      'scope', CASE WHEN subject_id = account THEN 'account' WHEN EXISTS (SELECT FROM stream WHERE id = subject_id) THEN 'stream' ELSE 'credential' END,
      CASE WHEN subject_id = account THEN 'account_id'
        WHEN EXISTS (SELECT FROM stream WHERE id = subject_id) THEN 'stream_id'
        WHEN EXISTS (SELECT FROM smtp_credential WHERE id = subject_id) THEN 'credential_id' ELSE 'key_id' END, subject_id,
      'limit', limit_name, 'value', limit_value, 'percent', percent,
      'window_start', to_char(window_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    FROM highest
  )
  SELECT * FROM due
$$;
