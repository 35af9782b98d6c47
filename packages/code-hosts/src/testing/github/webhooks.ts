/**
 * What happens as GitHub's webhooks tell it.
 */
import { createHmac, randomUUID } from "node:crypto"
import {
  type Forge,
  type ForgeEvent,
  type ForgeEventKind,
  type HookDelivery,
  type HookSubscription,
  viewOf
} from "../forge/index.ts"
import { pullRequestJson } from "./pullRequestJson.ts"
import { repositoryJson } from "./repositoryJson.ts"
import { commentJson, labelJson, reviewJson, time, userJson } from "./shapes.ts"

const names: Readonly<Record<ForgeEventKind, { readonly event: string; readonly action?: string }>> = {
  opened: { event: "pull_request", action: "opened" },
  edited: { event: "pull_request", action: "edited" },
  synchronized: { event: "pull_request", action: "synchronize" },
  closed: { event: "pull_request", action: "closed" },
  merged: { event: "pull_request", action: "closed" },
  reopened: { event: "pull_request", action: "reopened" },
  ready: { event: "pull_request", action: "ready_for_review" },
  drafted: { event: "pull_request", action: "converted_to_draft" },
  labeled: { event: "pull_request", action: "labeled" },
  unlabeled: { event: "pull_request", action: "unlabeled" },
  commented: { event: "issue_comment", action: "created" },
  reviewed: { event: "pull_request_review", action: "submitted" },
  status: { event: "status" },
  pushed: { event: "push" },
  archived: { event: "repository", action: "archived" }
}

export const renderWebhook =
  (forge: Forge, api: () => string) =>
  async (told: ForgeEvent, { events, secret, url }: HookSubscription): Promise<ReadonlyArray<HookDelivery>> => {
    const { action, event } = names[told.kind]
    if (!events.includes(event) && !events.includes("*")) return []
    const body = JSON.stringify({
      ...(action === undefined ? {} : { action }),
      ...(await subjectOf(forge, api(), told)),
      repository: repositoryJson(api(), told.repository),
      ...(told.by === undefined ? {} : { sender: userJson(api(), told.by) })
    })
    const signature = secret === undefined ? undefined : createHmac("sha256", secret).update(body).digest("hex")
    const headers = {
      "Content-Type": "application/json",
      "User-Agent": "GitHub-Hookshot/fake",
      "X-GitHub-Event": event,
      "X-GitHub-Delivery": randomUUID(),
      ...(signature === undefined ? {} : { "X-Hub-Signature-256": `sha256=${signature}` })
    }
    return [{ url, headers, body }]
  }

const subjectOf = async (forge: Forge, api: string, { at, kind, pullRequest, repository, subject }: ForgeEvent) => {
  if (kind === "status") {
    const status = [...(repository.statuses.get(subject ?? "")?.values() ?? [])].at(-1)
    return { sha: subject, state: status?.state, context: status?.context, created_at: time(at) }
  }
  if (pullRequest === undefined) return { ref: `refs/heads/${subject ?? repository.defaultBranch}` }
  if (kind === "commented") {
    const comment = pullRequest.comments.at(-1)
    return {
      issue: { number: pullRequest.number, pull_request: {} },
      ...(comment === undefined ? {} : { comment: commentJson(api, repository, pullRequest, comment) })
    }
  }
  const view = await viewOf(repository, pullRequest, forge.mergeability)
  const review = kind === "reviewed" ? pullRequest.reviews.at(-1) : undefined
  const label = kind === "labeled" ? repository.labels.get((subject ?? "").toLowerCase()) : undefined
  return {
    number: pullRequest.number,
    pull_request: pullRequestJson(api, repository, pullRequest, view),
    ...(review === undefined ? {} : { review: reviewJson(api, repository, pullRequest, review) }),
    ...(label === undefined ? {} : { label: labelJson(api, repository, label) })
  }
}
