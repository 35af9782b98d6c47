import { Effect } from "effect"
import type { CommitPair } from "../CommitPair.ts"
import { isOid, type Oid } from "../Oid.ts"
import { runOnCommits } from "./runOnCommits.ts"
import { text } from "./text.ts"

/** The ids of the commits that only the head has, parents before children. */
export const listOids = Effect.fnUntraced(function* ({ base, head, repository }: CommitPair) {
  const args = ["rev-list", "--reverse", "--topo-order", "--end-of-options", `${base}..${head}`, "--"] as const
  const output = yield* runOnCommits({ args, repository }, [base, head])
  return text(output.stdout)
    .split("\n")
    .filter((oid): oid is Oid => isOid(oid))
})
