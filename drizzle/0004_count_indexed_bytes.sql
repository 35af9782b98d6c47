ALTER TABLE "code_blobs" ALTER COLUMN "size_bytes" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "code_index_state" ADD COLUMN "bytes" bigint DEFAULT 0 NOT NULL;