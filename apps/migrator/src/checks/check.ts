/**
 * `--check`: whether code, migrations and database agree. For CI, where `DATABASE_URL` may be left out.
 */
import { Migrations } from "@drover/core"
import { Console, Effect, Schema } from "effect"
import { databaseUrlIfGiven } from "../databaseUrl.ts"
import { findDrift } from "./drift.ts"
import { findInconsistencies, readMigrationFolder } from "./journal.ts"

export class CheckFailed extends Schema.TaggedError<CheckFailed>()("CheckFailed", {
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    return this.problems.join("\n")
  }
}

export const check = Effect.fnUntraced(function* (folder: string) {
  const found = readMigrationFolder(folder)
  const problems: Array<string> =
    found === undefined ? [`${folder} has no meta/_journal.json: it is no folder of migrations`] : []
  if (found !== undefined) problems.push(...findInconsistencies(found))
  const drift = problems.length === 0 ? yield* findDrift(folder) : undefined
  if (drift !== undefined) problems.push(drift)

  const url = yield* databaseUrlIfGiven
  if (problems.length === 0 && url !== undefined) {
    problems.push(...differences(yield* Migrations.plan({ url, folder })))
  }
  if (problems.length > 0) return yield* new CheckFailed({ problems })
  yield* Console.log(
    url !== undefined
      ? "Code, migrations and database agree"
      : "Code and migrations agree; set DATABASE_URL to check a database too"
  )
})

const differences = ({ edited, missing, unknown }: Migrations.MigrationPlan): ReadonlyArray<string> => [
  ...missing.map(({ name }) => `The database lacks ${name}: run pnpm db:migrate`),
  ...unknown.map(
    ({ when }) => `The database has a migration from ${new Date(when).toISOString()} that this code does not know`
  ),
  ...edited.map(({ name }) => `${name} was edited after it was applied: undo that, and write a new migration`)
]
