ALTER TABLE "repositories" ADD COLUMN "external_service_type" text;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "external_service_id" text;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "external_name" text;--> statement-breakpoint
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_external_key" UNIQUE("external_service_type","external_service_id","external_name");--> statement-breakpoint
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_external" CHECK (num_nulls("repositories"."external_service_type", "repositories"."external_service_id", "repositories"."external_name") in (0, 3));