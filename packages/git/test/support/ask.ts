import { Effect } from "effect"
import { Git } from "../../src/index.ts"

/** What git prints, without the newline at its end. */
export const ask = Effect.fnUntraced(function* (
  repository: string,
  args: readonly [string, ...ReadonlyArray<string>],
  stdin?: string | Uint8Array
) {
  const git = yield* Git
  const output = yield* git.run({ args, repository, stdin })
  return new TextDecoder().decode(output.stdout).trimEnd()
})
