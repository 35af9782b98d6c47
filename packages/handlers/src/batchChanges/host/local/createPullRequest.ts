import type { CreatePullRequest } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../../access/requireRole.ts"
import { openPullRequest } from "../../../pullRequests/openPullRequest.ts"
import { pullRequests } from "../../../schema/pullRequests.ts"
import { requireOpenRepository } from "./requireOpenRepository.ts"
import { readShown, toHostPullRequest } from "./shown.ts"

/** The open one of the two branches is taken where there is one, also where somebody was faster. */
export const createPullRequest = Effect.fnUntraced(function* (options: CreatePullRequest, actorId: ActorId) {
  const { baseRef, body, draft, headRef, repository, title } = options
  yield* requireOpenRepository(repository, actorId, "write")
  const repositoryId = repository.id
  const find = findOpen(repositoryId, baseRef, headRef)
  const open = openPullRequest({ repositoryId, title, body, base: baseRef, head: headRef, draft, actorId })
  const adopted = yield* find
  const { created, number } =
    adopted === undefined
      ? yield* Effect.map(open, (opened) => ({ created: true, number: opened.number })).pipe(
          Effect.catchTag("PullRequestRejected", (refused) =>
            Effect.flatMap(find, (twin) =>
              twin === undefined ? Effect.fail(refused) : Effect.succeed({ created: false, number: twin })
            )
          )
        )
      : { created: false, number: adopted }
  return { created, pullRequest: toHostPullRequest(yield* readShown(repository, String(number))) }
})

/** Its number. Served by `pull_requests_one_open_key`. */
const findOpen = (repositoryId: number, baseRef: string, headRef: string) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({ number: pullRequests.number })
          .from(pullRequests)
          .where(
            and(
              eq(pullRequests.repositoryId, repositoryId),
              eq(pullRequests.baseRef, baseRef),
              eq(pullRequests.headRef, headRef),
              eq(pullRequests.state, "open")
            )
          )
      ),
      ([found]) => found?.number
    )
  )
