/**
 * Whether a release can work on the data as it is: what it does not yet know must not have begun, and what it no longer
 * reads must be gone.
 */
import { MigrationsUnfinished } from "./OutOfBandError.ts"
import { format, isBefore, type Version } from "./Version.ts"

/** What the decision needs of a migration. @category models */
export interface ValidatedMigration {
  readonly id: number
  readonly introduced: Version
  readonly deprecated?: Version | undefined
  readonly progress: number
}

/**
 * Undefined: it can.
 *
 * @param current the release that wants to start
 * @param first the release that this database began with: what was deprecated by then has never been
 * @category decisions
 */
export const validateMigrations = (
  migrations: ReadonlyArray<ValidatedMigration>,
  current: Version,
  first: Version
): MigrationsUnfinished | undefined => {
  const unexpected = migrations
    .flatMap(({ deprecated, id, introduced, progress }) => {
      if (isBefore(current, introduced) && progress !== 0) {
        return [{ id, expected: 0, progress, finishWith: `release ${format(introduced)} or later` }]
      }
      if (deprecated !== undefined && isBefore(first, deprecated) && !isBefore(current, deprecated) && progress !== 1) {
        return [{ id, expected: 1, progress, finishWith: `a release before ${format(deprecated)}` }]
      }
      return []
    })
    .toSorted((one, other) => one.id - other.id)
  return unexpected.length === 0 ? undefined : new MigrationsUnfinished({ version: format(current), unexpected })
}
