/**
 * Webhooks of a repository.
 */
import type { HookSubscription } from "../../forge/index.ts"
import { notFound } from "../refusals.ts"
import { repositoryUrl, time } from "../shapes.ts"
import { type AskedOfRepository, ofRepository, page, type Route, text } from "./route.ts"

const hookJson = (api: string, { events, id, repository, secret, url }: HookSubscription) => {
  const at = `${repositoryUrl(api, repository)}/hooks/${id}`
  return {
    type: "Repository",
    id,
    name: "web",
    active: true,
    events,
    config: { url, content_type: "json", insecure_ssl: "0", ...(secret === undefined ? {} : { secret: "********" }) },
    updated_at: time(repository.createdAt),
    created_at: time(repository.createdAt),
    url: at,
    test_url: `${at}/test`,
    ping_url: `${at}/pings`,
    last_response: { code: null, status: "unused", message: null }
  }
}

const add = ({ api, body, forge, repository }: AskedOfRepository) => {
  const config = (body["config"] ?? {}) as Readonly<Record<string, unknown>>
  const events = Array.isArray(body["events"]) ? (body["events"] as ReadonlyArray<string>) : ["push"]
  const url = text(config["url"]) ?? ""
  const hook = { id: forge.nextId(), repository, url, events, secret: text(config["secret"]) }
  forge.hooks.subscriptions.push(hook)
  return { status: 201, body: hookJson(api, hook) }
}

const remove = ({ forge, parameters, repository }: AskedOfRepository) => {
  const { subscriptions } = forge.hooks
  const at = subscriptions.findIndex((one) => one.repository === repository && String(one.id) === parameters["id"])
  if (at === -1) return notFound
  subscriptions.splice(at, 1)
  return { status: 204 }
}

export const hookRoutes: ReadonlyArray<Route> = [
  ofRepository("GET /hooks", "admin", (asked) => {
    const own = asked.forge.hooks.subscriptions.filter(({ repository }) => repository === asked.repository)
    return page(
      asked,
      own.map((hook) => hookJson(asked.api, hook))
    )
  }),
  ofRepository("POST /hooks", "admin", add),
  ofRepository("DELETE /hooks/:id", "admin", remove)
]
