/**
 * The forge as a code host: the pull requests and the bare repositories of this Drover.
 *
 * Nothing is sent anywhere, so there is no credential: a user acts with the roles that they have, and where nobody is
 * named Drover acts, which may do everything. A repository that is archived takes no changes at all.
 */
import type { Abilities, CodeHost, PullRequestAt } from "@drover/code-hosts"
import { Database, JobQueue } from "@drover/core"
import { Git } from "@drover/git"
import { Context, Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { addComment } from "../../comments/comments.ts"
import { changeLabels } from "../../labels/changeLabels.ts"
import { closePullRequest } from "../../pullRequests/closePullRequest.ts"
import { reopenPullRequest } from "../../pullRequests/reopenPullRequest.ts"
import { setDraft } from "../../pullRequests/setDraft.ts"
import { updatePullRequest } from "../../pullRequests/updatePullRequest.ts"
import { viewPullRequest } from "../../pullRequests/viewPullRequest.ts"
import { createPullRequest } from "./local/createPullRequest.ts"
import { hasOwnComment } from "./local/hasOwnComment.ts"
import { type Asked, type ForgeError, hostError, LOCAL } from "./local/hostError.ts"
import { mergeOnForge } from "./local/mergeOnForge.ts"
import { pushBranch, tipOf } from "./local/pushBranch.ts"
import { requireOpenRepository, requireThere } from "./local/requireOpenRepository.ts"
import { readShown, type Shown, toHostPullRequest } from "./local/shown.ts"

export const localAbilities: Abilities = {
  drafts: true,
  redraft: true,
  reopen: true,
  labels: true,
  mergeMethods: ["merge", "squash", "rebase"],
  idempotentComments: true,
  settleMillis: 0
}

type Needed = Database | Git | JobQueue

/** Gives what connects somebody to the forge. */
export const makeLocalForge = Effect.gen(function* () {
  // these alone: whose transaction it is, and what time, is the caller's
  const services = Context.make(Database, yield* Database).pipe(
    Context.add(Git, yield* Git),
    Context.add(JobQueue, yield* JobQueue)
  )
  return (actorId: ActorId): CodeHost => connected(actorId, services)
})

const connected = (actorId: ActorId, services: Context.Context<Needed>): CodeHost => {
  const ask = <A, E extends Parameters<typeof hostError>[0]>(effect: Effect.Effect<A, E, Needed>, asked: Asked) =>
    effect.pipe(
      Effect.mapError((error) => hostError(error, asked)),
      Effect.provideContext(services)
    )
  const asked = ({ externalId, repository }: PullRequestAt): Asked => ({ repository: repository.name, externalId })

  /** Changes a pull request, and shows it as it is after. */
  const change = <E extends ForgeError>(
    at: PullRequestAt,
    how: (pull: Shown) => Effect.Effect<unknown, E, Needed>
  ): ReturnType<CodeHost["load"]> =>
    ask(
      Effect.gen(function* () {
        yield* requireOpenRepository(at.repository, actorId, "read")
        yield* how(yield* readShown(at.repository, at.externalId))
        return toHostPullRequest(yield* readShown(at.repository, at.externalId))
      }),
      asked(at)
    )

  const load = Effect.fnUntraced(function* ({ externalId, repository }: PullRequestAt) {
    yield* requireThere(repository, actorId, "read")
    const shown = yield* readShown(repository, externalId)
    // whoever looks asks: what is unknown is computed
    yield* viewPullRequest({ pullRequestId: shown.id, actorId })
    return toHostPullRequest(shown)
  })
  const draft = (at: PullRequestAt, wanted: boolean) =>
    change(at, (pull) =>
      pull.draft === wanted ? Effect.void : setDraft({ pullRequestId: pull.id, draft: wanted, actorId })
    )

  return {
    kind: LOCAL,
    abilities: localAbilities,
    load: (at) => ask(load(at), asked(at)),
    create: (options) => ask(createPullRequest(options, actorId), { repository: options.repository.name }),
    update: (options) =>
      change(options, ({ id }) =>
        updatePullRequest({
          pullRequestId: id,
          title: options.title,
          body: options.body,
          base: options.baseRef,
          actorId
        })
      ),
    markReady: (at) => draft(at, false),
    markDraft: (at) => draft(at, true),
    close: (at) => change(at, ({ id, state }) => (state === "open" ? closePullRequest(id, { actorId }) : Effect.void)),
    reopen: (at) =>
      change(at, ({ id, state }) => (state === "open" ? Effect.void : reopenPullRequest(id, { actorId }))),
    comment: (options) =>
      Effect.asVoid(
        change(options, ({ id }) =>
          addComment({ pullRequestId: id, body: options.body, idempotencyKey: options.key, actorId })
        )
      ),
    hasComment: (options) =>
      ask(
        Effect.gen(function* () {
          yield* requireThere(options.repository, actorId, "read")
          const { id } = yield* readShown(options.repository, options.externalId)
          return yield* hasOwnComment(id, options.text, actorId)
        }),
        asked(options)
      ),
    label: (options) =>
      change(options, ({ id }) =>
        changeLabels({ pullRequestId: id, add: options.add, remove: options.remove, actorId })
      ),
    merge: (options) =>
      change(options, ({ id, state }) => (state === "merged" ? Effect.void : mergeOnForge(id, options, actorId))),
    tip: ({ branch, repository }) =>
      ask(
        Effect.flatMap(requireThere(repository, actorId, "read"), ({ path }) => tipOf(path, branch)),
        { repository: repository.name }
      ),
    push: (options) => ask(pushBranch(options, actorId), { repository: options.repository.name })
  }
}
