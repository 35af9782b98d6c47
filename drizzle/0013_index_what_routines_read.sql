DROP INDEX "batch_specs_unapplied_idx";--> statement-breakpoint
DROP INDEX "changeset_specs_created_idx";--> statement-breakpoint
DROP INDEX "changesets_synced_idx";--> statement-breakpoint
CREATE INDEX "batch_specs_created_idx" ON "batch_specs" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "changeset_events_attached_idx" ON "changeset_events" USING btree (("payload" ->> 'batchChangeId'),"changeset_id") WHERE "changeset_events"."kind" = 'attached';--> statement-breakpoint
CREATE INDEX "changesets_sync_due_idx" ON "changesets" USING btree (coalesce(extract(epoch from "synced_at" - timestamptz '2000-01-01 00:00:00+00') + least(greatest(extract(epoch from "synced_at" - "external_updated_at") / 10, 120), 28800), 0)) WHERE "changesets"."publication" = 'published' and "changesets"."external_state" in ('open', 'draft');