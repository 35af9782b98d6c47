/** `migrator`: see `--help`, and docs/guides/migrations.md. */
import { outOfBandMigrations } from "@drover/handlers/outOfBandMigrations"
import { runMigrator } from "./cli.ts"

runMigrator(outOfBandMigrations)
