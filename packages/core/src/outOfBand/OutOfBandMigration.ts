/**
 * A change of data too long for a schema migration: made in small steps beside the running system, forward while the
 * code reads both forms, and back where it must be.
 *
 * A step is one transaction: what `up` or `down` does in the database, the progress that follows, and the errors. A
 * process that dies in the middle has done nothing.
 */
import { Duration, Effect } from "effect"
import { positiveDuration } from "../options/checks.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import { DownNotAllowed } from "./OutOfBandError.ts"
import { type Version, version } from "./Version.ts"

/** What a step says of itself, where it can. @category models */
export interface StepReport {
  /** Rows that were migrated. */
  readonly migrated: number
  /** Rows that could not be, and were passed by. */
  readonly failed: number
  /** False: nothing is left that the next step could do. */
  readonly more: boolean
}

/** @category models */
export interface OutOfBandMigration<E = never, R = never> {
  readonly id: number
  readonly team: string
  readonly component: string
  readonly description: string
  readonly introduced: Version
  readonly deprecated: Version | undefined
  readonly nonDestructive: boolean
  readonly interval: Duration.Duration
  readonly progress: Effect.Effect<number, E, R>
  readonly up: Effect.Effect<StepReport | void, E, R>
  readonly down: Effect.Effect<StepReport | void, E, R>
}

/** What describes a migration, whatever it does. @category options */
export interface Description {
  /** Its row. Never given to another migration, not even when this one is long gone. */
  readonly id: number
  /** Who answers for it. */
  readonly team: string
  /** What it is about, for example `batch changes.credentials`. */
  readonly component: string
  readonly description: string
  /** The first release that has it, as `major.minor`. Releases before it need progress 0. */
  readonly introduced: string
  /** The first release that no longer reads the old form, which needs progress 1. Defaults to none. */
  readonly deprecated?: string | undefined
  /** Whether releases from before can read the data as it is on the way. Defaults to false. */
  readonly nonDestructive?: boolean | undefined
  /** Between steps in a worker. Defaults to 1 second. */
  readonly interval?: Duration.Input | undefined
}

/** @category options */
export interface MigrationOptions<E, R> extends Description {
  /** From 0, all in the old form, to 1, all in the new one. Computed from the data, and 1 where there is none. */
  readonly progress: Effect.Effect<number, E, R>
  /** One step forward. */
  readonly up: Effect.Effect<StepReport | void, E, R>
  /** One step back: a step of work, or `downNotAllowed`. */
  readonly down: Effect.Effect<StepReport | void, E, R>
}

/** Throws `InvalidOptions` or `InvalidVersion`. @category constructors */
export const make = <E, R>({ down, progress, up, ...options }: MigrationOptions<E, R>): OutOfBandMigration<E, R> => ({
  ...describe(options),
  progress,
  up,
  down
})

/** Throws `InvalidOptions` or `InvalidVersion`. */
export const describe = (options: Description): Omit<OutOfBandMigration, "progress" | "up" | "down"> => {
  const owner = `out-of-band migration ${options.id}`
  if (!Number.isInteger(options.id) || options.id < 1) {
    throw new InvalidOptions({ owner, field: "id", rule: "must be a whole number from 1" })
  }
  return {
    id: options.id,
    team: options.team,
    component: options.component,
    description: options.description,
    introduced: version(options.introduced),
    deprecated: options.deprecated === undefined ? undefined : version(options.deprecated),
    nonDestructive: options.nonDestructive ?? false,
    interval: positiveDuration(owner, "interval", options.interval ?? "1 second")
  }
}

/** A `down` for data that cannot go back, or may not. It says so among the migration's errors. @category constructors */
export const downNotAllowed = (reason: string): Effect.Effect<never, DownNotAllowed> =>
  Effect.suspend(() => Effect.fail(new DownNotAllowed({ reason })))
