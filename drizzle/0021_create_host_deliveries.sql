CREATE TABLE "host_deliveries" (
	"external_service_type" text NOT NULL,
	"external_service_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "host_deliveries_pkey" PRIMARY KEY("external_service_type","external_service_id","delivery_id")
);
--> statement-breakpoint
CREATE INDEX "host_deliveries_received_idx" ON "host_deliveries" USING btree ("received_at");