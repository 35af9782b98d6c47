/**
 * Serves repositories over smart HTTP, and hears of pushes over the file path: routes for a server that has others too.
 */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { hookPath } from "../repositories/HookAddress.ts"
import { type GitService, services } from "./access.ts"
import { hearHook } from "./hearHook.ts"
import { serveGit } from "./serveGit.ts"

const notFound = HttpServerResponse.text("Drover serves git over smart HTTP alone: upgrade git\n", { status: 404 })

const isService = (name: string | null): name is GitService => name !== null && Object.hasOwn(services, name)

/** Either address of a repository works: with `.git` and without. */
const nameIn = Effect.map(HttpRouter.params, ({ owner = "", repository = "" }) => ({
  name: `${owner}/${repository.replace(/\.git$/, "")}`
}))

const refs = HttpRouter.add(
  "GET",
  "/:owner/:repository/info/refs",
  Effect.gen(function* () {
    const { url } = yield* HttpServerRequest.HttpServerRequest
    const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : ""
    const service = new URLSearchParams(query).get("service")
    if (!isService(service)) return notFound
    return yield* serveGit({ ...(yield* nameIn), service, path: "/info/refs", query: `service=${service}` })
  })
)

const pack = (service: GitService) =>
  HttpRouter.add(
    "POST",
    `/:owner/:repository/${service}`,
    Effect.flatMap(nameIn, ({ name }) => serveGit({ name, service, path: `/${service}`, query: "" }))
  )

const hook = HttpRouter.add(
  "POST",
  hookPath(":id"),
  Effect.flatMap(HttpRouter.params, ({ id }) => hearHook(id))
)

/**
 * `GET` and `POST` of `/owner/name.git/…` for git, and where the hooks of repositories tell of pushes.
 *
 * @category layers
 */
export const gitHttp = Layer.mergeAll(refs, pack("git-upload-pack"), pack("git-receive-pack"), hook)
