DROP INDEX "jobs_processing_idx";--> statement-breakpoint
CREATE INDEX "jobs_processing_idx" ON "jobs" USING btree ("started_at") WHERE "jobs"."state" = 'processing';