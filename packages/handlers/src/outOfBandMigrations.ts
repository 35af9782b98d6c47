/**
 * The out-of-band migrations of Drover: the worker runs them, the migrator brings them to completion.
 *
 * An entry of its own, so that the migrator loads no more than them.
 *
 * An id is never given twice, nor to another migration when its own is gone.
 */
import type { Database, OutOfBandMigration } from "@drover/core"
import type { FileSystem } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { KeyProvider } from "./credentials/keys/KeyProvider.ts"
import { credentialMigrations } from "./credentials/migrations/index.ts"

/** What the apps give a migration to work with. */
export type DroverMigrationServices =
  | Database
  | KeyProvider
  | FileSystem.FileSystem
  | ChildProcessSpawner.ChildProcessSpawner

export type DroverMigration = OutOfBandMigration.OutOfBandMigration<unknown, DroverMigrationServices>

export const outOfBandMigrations: ReadonlyArray<DroverMigration> = [...credentialMigrations()]
