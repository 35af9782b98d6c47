/** Where the migrations are: the checkout's, if not told otherwise. */
import { Flag } from "effect/cli"
import { fileURLToPath } from "node:url"

export const folder = Flag.Directory("folder", { mustExist: true }).pipe(
  Flag.withDescription("Where the migrations are"),
  Flag.withDefault(fileURLToPath(new URL("../../../drizzle", import.meta.url)))
)
