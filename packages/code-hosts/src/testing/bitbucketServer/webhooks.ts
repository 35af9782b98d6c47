/**
 * What happens as Bitbucket's webhooks tell it.
 */
import { createHmac, randomUUID } from "node:crypto"
import type { Forge, ForgeEvent, ForgeEventKind, HookDelivery, HookSubscription } from "../forge/index.ts"
import { branchesOf } from "../forge/git.ts"
import { pullJson, repositoryJson, userJson } from "./shapes.ts"

/** Labels it has not, and of builds it tells nobody. */
const events: Readonly<Partial<Record<ForgeEventKind, string>>> = {
  opened: "pr:opened",
  edited: "pr:modified",
  ready: "pr:modified",
  drafted: "pr:modified",
  synchronized: "pr:from_ref_updated",
  closed: "pr:declined",
  reopened: "pr:reopened",
  merged: "pr:merged",
  commented: "pr:comment:added",
  reviewed: "pr:reviewer:approved",
  pushed: "repo:refs_changed",
  archived: "repo:modified"
}

export const renderWebhook =
  (_forge: Forge, url: () => string) =>
  async (told: ForgeEvent, to: HookSubscription): Promise<ReadonlyArray<HookDelivery>> => {
    const event = eventOf(told)
    if (event === undefined || (to.events.length > 0 && !to.events.includes(event))) return []
    const body = JSON.stringify({
      eventKey: event,
      date: told.at.toISOString(),
      ...(told.by === undefined ? {} : { actor: userJson(told.by) }),
      ...(await subjectOf(url(), told))
    })
    const signature = to.secret === undefined ? undefined : createHmac("sha256", to.secret).update(body).digest("hex")
    const headers = {
      "Content-Type": "application/json; charset=utf-8",
      "X-Event-Key": event,
      "X-Request-Id": randomUUID(),
      ...(signature === undefined ? {} : { "X-Hub-Signature": `sha256=${signature}` })
    }
    return [{ url: to.url, headers, body }]
  }

const eventOf = ({ kind, pullRequest }: ForgeEvent): string | undefined =>
  kind === "reviewed" && pullRequest?.reviews.at(-1)?.state === "changes_requested"
    ? "pr:reviewer:changes_requested"
    : events[kind]

const subjectOf = async (url: string, { kind, pullRequest, repository, subject }: ForgeEvent) => {
  const shown = repositoryJson(repository)
  if (kind === "archived") return { old: { ...shown, archived: !repository.archived }, new: shown }
  if (pullRequest !== undefined) return { pullRequest: pullJson(url, true, repository, pullRequest) }
  const branches = await branchesOf(repository.path)
  const moved = subject === undefined ? [...branches.keys()] : [subject]
  const changes = moved.map((branch) => ({
    ref: { id: `refs/heads/${branch}`, displayId: branch, type: "BRANCH" },
    refId: `refs/heads/${branch}`,
    toHash: branches.get(branch),
    type: "UPDATE"
  }))
  return { repository: shown, changes }
}
