import type { Database, OutOfBandMigration, OutOfBandMigrations } from "@drover/core"
import type { FileSystem } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { ReadError } from "../CredentialError.ts"
import type { KeysUndecided } from "../encryption/EncryptionError.ts"
import type { KeyProvider } from "../keys/KeyProvider.ts"
import type { SshKeyFailed } from "../sshKeys/SshKeyError.ts"

/** One that reads credentials and writes them. @category models */
export type CredentialMigration<E = never, R = never> = OutOfBandMigration.OutOfBandMigration<
  ReadError | KeysUndecided | OutOfBandMigrations.DownNotAllowed | E,
  Database | KeyProvider | R
>

/** One that makes keys for SSH, too. @category models */
export type SshKeyMigration = CredentialMigration<
  SshKeyFailed,
  ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem
>
