import { Effect } from "effect"
import { Git } from "../../src/index.ts"

/** What git prints, without the newline at its end. */
export const ask = Effect.fnUntraced(function* (
  repository: string,
  args: readonly [string, ...ReadonlyArray<string>],
  stdin?: string | Uint8Array,
  env: Readonly<Record<string, string>> = {},
  encoding: BufferEncoding = "utf8"
) {
  const git = yield* Git
  const output = yield* git.run({ args, repository, stdin, env })
  return Buffer.from(output.stdout).toString(encoding).trimEnd()
})
