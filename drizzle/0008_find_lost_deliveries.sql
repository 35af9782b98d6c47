DROP INDEX "check_runs_latest_idx";--> statement-breakpoint
DROP INDEX "commit_statuses_latest_idx";--> statement-breakpoint
DROP INDEX "events_repository_idx";--> statement-breakpoint
DROP INDEX "webhook_deliveries_webhook_idx";--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "failure_message" text;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "job_seen_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "jobs_lost" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_job_seen_idx" ON "webhook_deliveries" USING btree ("job_seen_at") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_pending_idx" ON "webhook_deliveries" USING btree ("webhook_id","created_at") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "check_runs_latest_idx" ON "check_runs" USING btree ("repository_id","head_sha","name","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "commit_statuses_latest_idx" ON "commit_statuses" USING btree ("repository_id","sha","context","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "events_repository_idx" ON "events" USING btree ("repository_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_webhook_idx" ON "webhook_deliveries" USING btree ("webhook_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);