/**
 * What GitLab tells by webhook, of a project, a group or the whole server. Pure.
 */
import { type Redacted, Result, Schema } from "effect"
import { createHash } from "node:crypto"
import { type HostHint, type ReadWebhook, WebhookRefused } from "../HostHint.ts"
import { isToken } from "../isToken.ts"

const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))

const Payload = Schema.Struct({
  object_kind: nullable(Schema.String),
  /** Of what is told of a project itself, in place of the kind. */
  event_name: nullable(Schema.String),
  path_with_namespace: nullable(Schema.String),
  project: nullable(Schema.Struct({ id: nullable(Schema.Number), path_with_namespace: Schema.String })),
  object_attributes: nullable(
    Schema.Struct({
      action: nullable(Schema.String),
      iid: nullable(Schema.Number),
      sha: nullable(Schema.String),
      status: nullable(Schema.String)
    })
  ),
  merge_request: nullable(Schema.Struct({ iid: Schema.Number, target_project_id: nullable(Schema.Number) })),
  sha: nullable(Schema.String),
  ref: nullable(Schema.String)
})
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Payload))

const refused = (reason: WebhookRefused["reason"]) => Result.fail(new WebhookRefused({ host: "gitlab", reason }))

/**
 * Gives null for what says nothing of merge requests. GitLab signs nothing: it sends the secret itself. While that is
 * being changed there are two.
 *
 * @category webhooks
 */
export const readGitLabWebhook = (
  { body, headers }: ReadWebhook,
  secrets: ReadonlyArray<Redacted.Redacted>
): Result.Result<HostHint | null, WebhookRefused> => {
  const token = headers["x-gitlab-token"] ?? ""
  if (!secrets.some((secret) => isToken(token, secret))) return refused("signature")
  const delivery = deliveryOf({ body, headers })
  const payload = Result.getOrUndefined(decode(new TextDecoder().decode(body)))
  if (headers["x-gitlab-event"] === undefined || delivery === undefined || payload === undefined) {
    return refused("shape")
  }
  const kind = payload.object_kind ?? payload.event_name
  const repository = payload.project?.path_with_namespace ?? payload.path_with_namespace
  if (typeof kind !== "string" || typeof repository !== "string") return Result.succeed(null)
  const where = whereToLook(kind, payload)
  if (where === undefined) return Result.succeed(null)
  const what = payload.object_attributes?.action ?? payload.object_attributes?.status
  const event = typeof what === "string" ? `${kind} ${what}` : kind
  return Result.succeed({ ...nowhere, ...where, delivery, event, repository })
}

const nowhere = { repositoryChanged: false, pullRequests: [], branches: [], commits: [] }

/**
 * Since 17.4 there is a key that stays the same when a hook is sent again. The id of before is also that of every hook
 * which the first one caused, so what is said tells them apart.
 */
const deliveryOf = ({ body, headers }: ReadWebhook): string | undefined => {
  const id = headers["x-gitlab-event-uuid"]
  const caused = id === undefined ? undefined : `${id}:${createHash("sha256").update(body).digest("hex")}`
  return headers["idempotency-key"] ?? caused
}

const whereToLook = (kind: string, payload: typeof Payload.Type): Partial<HostHint> | undefined => {
  const { merge_request, object_attributes, project, ref, sha } = payload
  switch (kind) {
    case "merge_request": {
      const iid = object_attributes?.iid
      return typeof iid === "number" ? { pullRequests: [String(iid)] } : undefined
    }
    case "note":
      return merge_request ? { pullRequests: [String(merge_request.iid)] } : undefined
    case "pipeline": {
      // a pipeline of a fork is told by the fork, and the number is another project's
      const here = merge_request && (merge_request.target_project_id ?? project?.id) === project?.id
      const head = object_attributes?.sha
      if (typeof head !== "string" && !here) return undefined
      return {
        pullRequests: here ? [String(merge_request.iid)] : [],
        commits: typeof head === "string" ? [head] : []
      }
    }
    case "build":
      return typeof sha === "string" ? { commits: [sha] } : undefined
    case "push":
      return ref?.startsWith("refs/heads/") === true ? { branches: [ref.slice("refs/heads/".length)] } : undefined
    case "project_rename":
    case "project_transfer":
    case "project_update":
    case "project_destroy":
      return { repositoryChanged: true }
    default:
      return undefined
  }
}
