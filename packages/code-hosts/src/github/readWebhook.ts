/**
 * What GitHub tells by webhook. Pure.
 */
import { type Redacted, Result, Schema } from "effect"
import { type HostHint, type ReadWebhook, WebhookRefused } from "../HostHint.ts"
import { isSigned } from "../isSigned.ts"

const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))
const Numbered = Schema.Struct({ number: Schema.Number })
const Checked = Schema.Struct({ head_sha: Schema.String, pull_requests: nullable(Schema.Array(Numbered)) })

const Payload = Schema.Struct({
  action: nullable(Schema.String),
  repository: nullable(Schema.Struct({ full_name: Schema.String })),
  pull_request: nullable(Numbered),
  issue: nullable(Schema.Struct({ number: Schema.Number, pull_request: nullable(Schema.Unknown) })),
  check_run: nullable(Checked),
  check_suite: nullable(Checked),
  sha: nullable(Schema.String),
  ref: nullable(Schema.String)
})
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Payload))

const refused = (reason: WebhookRefused["reason"]) => Result.fail(new WebhookRefused({ host: "github", reason }))

/**
 * Gives null for what says nothing of pull requests, such as a ping. While a secret is being changed there are two.
 *
 * @category webhooks
 */
export const readGitHubWebhook = (
  { body, headers }: ReadWebhook,
  secrets: ReadonlyArray<Redacted.Redacted>
): Result.Result<HostHint | null, WebhookRefused> => {
  const signature = headers["x-hub-signature-256"] ?? ""
  if (!secrets.some((secret) => isSigned(body, signature, secret))) return refused("signature")
  const event = headers["x-github-event"]
  const delivery = headers["x-github-delivery"]
  const payload = Result.getOrUndefined(decode(new TextDecoder().decode(body)))
  if (event === undefined || delivery === undefined || payload === undefined) return refused("shape")
  const { action, repository } = payload
  if (repository === undefined || repository === null) return Result.succeed(null)
  const where = whereToLook(event, payload)
  if (where === undefined) return Result.succeed(null)
  const name = typeof action === "string" ? `${event} ${action}` : event
  return Result.succeed({ ...nowhere, ...where, delivery, event: name, repository: repository.full_name })
}

const nowhere = { repositoryChanged: false, pullRequests: [], branches: [], commits: [] }

const whereToLook = (event: string, payload: typeof Payload.Type): Partial<HostHint> | undefined => {
  const { check_run, check_suite, issue, pull_request, ref, sha } = payload
  switch (event) {
    case "pull_request":
    case "pull_request_review":
    case "pull_request_review_thread":
      return pull_request ? { pullRequests: [String(pull_request.number)] } : undefined
    case "issue_comment":
      // an issue is one without the other
      return issue?.pull_request ? { pullRequests: [String(issue.number)] } : undefined
    case "check_run":
    case "check_suite": {
      const check = check_run ?? check_suite
      if (check === undefined || check === null) return undefined
      const numbers = (check.pull_requests ?? []).map(({ number }) => String(number))
      return { pullRequests: numbers, commits: [check.head_sha] }
    }
    case "status":
      return typeof sha === "string" ? { commits: [sha] } : undefined
    case "push":
      return ref?.startsWith("refs/heads/") === true ? { branches: [ref.slice("refs/heads/".length)] } : undefined
    case "repository":
      return { repositoryChanged: true }
    default:
      return undefined
  }
}
