/**
 * What Gitea and Forgejo tell by webhook. Pure.
 */
import { type Redacted, Result, Schema } from "effect"
import { type HostHint, type ReadWebhook, WebhookRefused } from "../HostHint.ts"
import { isSigned } from "../isSigned.ts"

const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))
const Numbered = Schema.Struct({ number: Schema.Number })
const Run = Schema.Struct({ head_sha: nullable(Schema.String) })

const Payload = Schema.Struct({
  action: nullable(Schema.String),
  repository: nullable(Schema.Struct({ full_name: Schema.String })),
  pull_request: nullable(Numbered),
  issue: nullable(Schema.Struct({ number: Schema.Number, pull_request: nullable(Schema.Unknown) })),
  is_pull: nullable(Schema.Boolean),
  sha: nullable(Schema.String),
  ref: nullable(Schema.String),
  workflow_run: nullable(Run),
  workflow_job: nullable(Run)
})
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Payload))

const refused = (reason: WebhookRefused["reason"]) => Result.fail(new WebhookRefused({ host: "gitea", reason }))

/**
 * Gives null for what says nothing of pull requests. While a secret is being changed there are two.
 *
 * @category webhooks
 */
export const readGiteaWebhook = (
  { body, headers }: ReadWebhook,
  secrets: ReadonlyArray<Redacted.Redacted>
): Result.Result<HostHint | null, WebhookRefused> => {
  const signature = `sha256=${headers["x-gitea-signature"] ?? ""}`
  if (!secrets.some((secret) => isSigned(body, signature, secret))) return refused("signature")
  const event = headers["x-gitea-event"]
  const delivery = headers["x-gitea-delivery"]
  const payload = Result.getOrUndefined(decode(new TextDecoder().decode(body)))
  if (event === undefined || delivery === undefined || payload === undefined) return refused("shape")
  const { action, repository } = payload
  if (repository === undefined || repository === null) return Result.succeed(null)
  const where = whereToLook(event, payload)
  if (where === undefined) return Result.succeed(null)
  const name = typeof action === "string" && action !== "" ? `${event} ${action}` : event
  return Result.succeed({ ...nowhere, ...where, delivery, event: name, repository: repository.full_name })
}

const nowhere = { repositoryChanged: false, pullRequests: [], branches: [], commits: [] }

const whereToLook = (event: string, payload: typeof Payload.Type): Partial<HostHint> | undefined => {
  const { is_pull, issue, pull_request, ref, sha, workflow_job, workflow_run } = payload
  // `pull_request_approved`, `pull_request_rejected`, `pull_request_comment` are reviews
  if (event.startsWith("pull_request")) {
    return pull_request ? { pullRequests: [String(pull_request.number)] } : undefined
  }
  switch (event) {
    case "issue_comment":
      // an issue is one without the other
      return issue && (is_pull === true || issue.pull_request) ? { pullRequests: [String(issue.number)] } : undefined
    case "status":
      return typeof sha === "string" ? { commits: [sha] } : undefined
    case "workflow_run":
    case "workflow_job": {
      const head = (workflow_run ?? workflow_job)?.head_sha
      return typeof head === "string" ? { commits: [head] } : undefined
    }
    case "push":
      return ref?.startsWith("refs/heads/") === true ? { branches: [ref.slice("refs/heads/".length)] } : undefined
    case "repository":
      return { repositoryChanged: true }
    default:
      return undefined
  }
}
