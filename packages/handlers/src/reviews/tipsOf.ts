import type { Git, GitError, Oid } from "@drover/git"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { readPullRefs } from "../pullRequests/pullRefs.ts"

/** The tips that reviews and checks are about: where the branches stand, or stood when they were merged. */
export const tipsOf = (pull: PullRequest): Effect.Effect<Tips, GitError, Git> =>
  pull.state === "merged"
    ? // they were written from ids that git gave
      Effect.succeed({ base: pull.baseSha as Oid | null, head: pull.headSha as Oid | null })
    : Effect.map(readPullRefs(pull), ({ tips }) => tips)
