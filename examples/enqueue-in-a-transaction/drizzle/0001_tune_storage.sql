-- workTableSettings("jobs") of @drover/core
ALTER TABLE "jobs" SET (
  -- Room in each page for the versions that a claim and a completion write: they stay where the row is.
  fillfactor = 70,
  -- Each record leaves two dead versions. A fifth of a table that keeps its finished records is never dead.
  autovacuum_vacuum_scale_factor = 0.01,
  -- And no table is too small to be cleaned.
  autovacuum_vacuum_threshold = 1000,
  -- Without rests: a vacuum that is slower than the queue never ends.
  autovacuum_vacuum_cost_delay = 0,
  -- Not for inserts: every record is updated soon, and cleaned up after then.
  autovacuum_vacuum_insert_threshold = -1,
  -- Statistics of a queue are old after minutes.
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 1000,
  -- Empty pages at the end are soon full again; to give them back takes a lock that stops the queue.
  vacuum_truncate = false
);
