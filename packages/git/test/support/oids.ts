import { Oid } from "../../src/index.ts"

/** A well-formed id that no repository has. */
export const nowhere = Oid.make("deadbeef".repeat(5))
