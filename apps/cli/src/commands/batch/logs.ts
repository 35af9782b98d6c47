import { listRepositories } from "@drover/handlers"
import { findBatchSpec, listWorkspaces, type WorkspaceView } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { given, id, limitTo } from "../../flags.ts"
import { renderEntry } from "../../output/executionLog.ts"
import type { Look } from "../../output/Look.ts"
import { inLine } from "../../output/printable.ts"
import { section } from "../../output/section.ts"
import { show } from "../../output/show.ts"
import { paint, toneOf } from "../../output/style.ts"
import { batchForge } from "./batchForge.ts"

export const logs = Command.make(
  "logs",
  {
    spec: id("spec"),
    repo: Flag.String("repo").pipe(
      Flag.withMetavar("OWNER/NAME"),
      Flag.withDescription("Only those of this repository"),
      Flag.optional
    ),
    failed: given("failed", "Only workspaces whose steps failed"),
    after: Flag.Int("after").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only workspaces after this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(1000)
  },
  Effect.fnUntraced(function* ({ after, failed, limit, repo, spec }) {
    const actorId = yield* actor
    yield* findBatchSpec({ batchSpecId: spec, actorId })
    const readable = new Set((yield* listRepositories(actorId)).map(({ id: repositoryId }) => repositoryId))
    const page = yield* listWorkspaces({ batchSpecId: spec, after: Option.getOrUndefined(after), limit })
    const found = page.filter(
      ({ repository, repositoryId, state }) =>
        readable.has(repositoryId) &&
        (!failed || state === "failed") &&
        (Option.isNone(repo) || repo.value.toLowerCase() === repository.toLowerCase())
    )
    yield* show(found.map(workspaceJson), (look) =>
      found.length === 0 ? "No workspaces\n" : found.map((one) => renderWorkspace(one, look)).join("\n")
    )
  })
).pipe(
  Command.withDescription("Show what the steps of a batch spec printed, workspace by workspace"),
  Command.provide(batchForge)
)

const workspaceJson = (found: WorkspaceView) => ({
  id: found.id,
  repository: found.repository,
  branch: found.branch,
  baseSha: found.baseSha,
  path: found.path,
  state: found.state,
  cached: found.cached,
  attempt: found.attempt,
  failureMessage: found.failureMessage,
  startedAt: found.startedAt,
  finishedAt: found.finishedAt,
  executionLogs: found.executionLogs ?? []
})

const renderWorkspace = (found: WorkspaceView, look: Look): string => {
  const { branch, cached, executionLogs, failureMessage, id: workspaceId, path, repository, state } = found
  const where = `${repository}${path === "" ? "" : `/${path}`}`
  const how = cached ? `${state}: the same had been done before` : state
  return [
    `${paint(look.colour, "bold", inLine(where))} ${inLine(branch)} (workspace ${workspaceId}) ${paint(look.colour, toneOf(state), how)}\n`,
    failureMessage === null ? "" : section("Failure", failureMessage, look),
    ...(executionLogs ?? []).map((entry) => renderEntry(entry, look))
  ].join("")
}
