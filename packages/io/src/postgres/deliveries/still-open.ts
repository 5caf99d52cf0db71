/**
 * The condition that a delivery has not ended, for statements that find their rows by id. `IS TRUE` keeps the planner from the
 * partial index of due rows: when statistics were taken while nothing was due, that index looks empty, and each statement would
 * read every row of it that has become due since.
 */
export const isStillOpen = '(delivery.next_action_at IS NOT NULL) IS TRUE';
