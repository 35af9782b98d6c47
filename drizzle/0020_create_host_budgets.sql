CREATE TABLE "host_budgets" (
	"external_service_type" text NOT NULL,
	"external_service_id" text NOT NULL,
	"credential_hash" text NOT NULL,
	"counted_at" timestamp with time zone NOT NULL,
	"rest_until" timestamp with time zone,
	"resources" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"spent" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "host_budgets_pkey" PRIMARY KEY("external_service_type","external_service_id","credential_hash")
);
--> statement-breakpoint
CREATE INDEX "host_budgets_expires_idx" ON "host_budgets" USING btree ("expires_at");