-- workTableSettings("changesets") of @drover/core
ALTER TABLE "changesets" SET (
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
);--> statement-breakpoint
-- workTableSettings("changeset_jobs") of @drover/core
ALTER TABLE "changeset_jobs" SET (
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
);--> statement-breakpoint
-- workTableSettings("batch_spec_workspaces") of @drover/core
ALTER TABLE "batch_spec_workspaces" SET (
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
);--> statement-breakpoint
-- Statistics are read from these events alone: what was told stays told.
CREATE FUNCTION "refuse_update"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;--> statement-breakpoint
CREATE TRIGGER "changeset_events_are_only_added" BEFORE UPDATE OF "changeset_id", "kind", "key", "payload", "created_at" ON "changeset_events" FOR EACH ROW EXECUTE FUNCTION "refuse_update"();
