/**
 * Statements that are built once for each constant list of conditions.
 */
import type { SQL } from "drizzle-orm"

/** Builds once for each list, known by its identity. */
export const cached = <A>(build: (conditions: ReadonlyArray<SQL>) => A) => {
  const built = new WeakMap<ReadonlyArray<SQL>, A>()
  return (conditions: ReadonlyArray<SQL>): A => {
    const known = built.get(conditions)
    if (known !== undefined) return known
    const statement = build(conditions)
    built.set(conditions, statement)
    return statement
  }
}
