ALTER TABLE "repositories" ADD COLUMN "brought_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "bring_error" text;--> statement-breakpoint
CREATE INDEX "repositories_brought_idx" ON "repositories" USING btree ("brought_at" nulls first) WHERE "repositories"."external_service_type" is not null and "repositories"."deleted_at" is null;