DROP INDEX "jobs_processing_idx";--> statement-breakpoint
CREATE INDEX "jobs_processing_idx" ON "jobs" USING btree ("id") WHERE "jobs"."state" = 'processing';