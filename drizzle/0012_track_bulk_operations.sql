DROP INDEX "changeset_jobs_ready_idx";--> statement-breakpoint
DROP INDEX "changeset_jobs_changeset_idx";--> statement-breakpoint
ALTER TABLE "bulk_operations" ADD COLUMN "by_operator" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_operations" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
ALTER TABLE "bulk_operations" ADD COLUMN "refused" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "changeset_jobs" ADD COLUMN "turn" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "changeset_jobs" ADD COLUMN "by_operator" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "changeset_jobs" ADD COLUMN "expected_head" text;--> statement-breakpoint
ALTER TABLE "changeset_jobs" ADD COLUMN "telling_host_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_operations_idempotency_key" ON "bulk_operations" USING btree ("batch_change_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "changeset_jobs_turn_idx" ON "changeset_jobs" USING btree ("batch_change_id","turn") WHERE "changeset_jobs"."state" in ('queued', 'errored');--> statement-breakpoint
CREATE INDEX "changeset_jobs_ready_idx" ON "changeset_jobs" USING btree ("turn","id") WHERE "changeset_jobs"."state" in ('queued', 'errored');--> statement-breakpoint
CREATE INDEX "changeset_jobs_changeset_idx" ON "changeset_jobs" USING btree ("changeset_id","id");