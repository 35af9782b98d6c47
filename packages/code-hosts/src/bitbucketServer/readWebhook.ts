/**
 * What Bitbucket tells by webhook. Pure.
 */
import { type Redacted, Result, Schema } from "effect"
import { type HostHint, type ReadWebhook, WebhookRefused } from "../HostHint.ts"
import { isSigned } from "../isSigned.ts"
import { branchOf, HOST } from "./BitbucketServerContext.ts"

const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))
const Repository = Schema.Struct({ slug: Schema.String, project: Schema.Struct({ key: Schema.String }) })

const Payload = Schema.Struct({
  repository: nullable(Repository),
  /** Of a repository that was changed: as it is now. */
  new: nullable(Repository),
  pullRequest: nullable(Schema.Struct({ id: Schema.Number, toRef: Schema.Struct({ repository: Repository }) })),
  changes: nullable(Schema.Array(Schema.Struct({ refId: Schema.String })))
})
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Payload))

const refused = (reason: WebhookRefused["reason"]) => Result.fail(new WebhookRefused({ host: HOST, reason }))

/**
 * Gives null for what says nothing of pull requests, such as a ping. While a secret is being changed there are two.
 *
 * @category webhooks
 */
export const readBitbucketServerWebhook = (
  { body, headers }: ReadWebhook,
  secrets: ReadonlyArray<Redacted.Redacted>
): Result.Result<HostHint | null, WebhookRefused> => {
  const signature = headers["x-hub-signature"] ?? ""
  if (!secrets.some((secret) => isSigned(body, signature, secret))) return refused("signature")
  const event = headers["x-event-key"]
  const delivery = headers["x-request-id"]
  const payload = Result.getOrUndefined(decode(new TextDecoder().decode(body)))
  if (event === undefined || delivery === undefined || payload === undefined) return refused("shape")
  const found = whereToLook(event, payload)
  if (found === undefined) return Result.succeed(null)
  const { at, ...where } = found
  return Result.succeed({ ...nowhere, ...where, delivery, event, repository: `${at.project.key}/${at.slug}` })
}

const nowhere = { repositoryChanged: false, pullRequests: [], branches: [], commits: [] }

const whereToLook = (
  event: string,
  { changes, new: changed, pullRequest, repository }: typeof Payload.Type
): (Partial<HostHint> & { readonly at: typeof Repository.Type }) | undefined => {
  if (event.startsWith("pr:")) {
    return pullRequest ? { at: pullRequest.toRef.repository, pullRequests: [String(pullRequest.id)] } : undefined
  }
  if (event === "repo:refs_changed" && repository) {
    const branches = (changes ?? []).map(({ refId }) => refId).filter((ref) => ref.startsWith("refs/heads/"))
    return branches.length === 0 ? undefined : { at: repository, branches: branches.map(branchOf) }
  }
  const at = changed ?? repository
  return event === "repo:modified" && at ? { at, repositoryChanged: true } : undefined
}
