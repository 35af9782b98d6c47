/**
 * Answers git's requests for one repository.
 */
import { Git } from "@drover/git"
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { mirrorProtections } from "../repositories/mirrorProtections.ts"
import { type Access, decideAccess, type GitService, services } from "./access.ts"
import { tokenOf } from "./credentials.ts"
import { recordReported } from "./recordReported.ts"
import { runBackend } from "./runBackend.ts"

interface ServeGit {
  /** `owner/name`. */
  readonly name: string
  readonly service: GitService
  /** Below the repository. */
  readonly path: string
  readonly query: string
}

type Granted = Extract<Access, { readonly _tag: "Granted" }>

/** The answer's end waits for the record: once `git push` has returned, it is told. */
export const serveGit = Effect.fn("GitHttp.serve")(function* (asked: ServeGit) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const access = yield* decideAccess(asked.name, asked.service, tokenOf(request.headers["authorization"]))
  switch (access._tag) {
    case "Anonymous":
      return HttpServerResponse.text("Give an access token as the password\n", {
        status: 401,
        headers: { "www-authenticate": 'Basic realm="Drover", charset="UTF-8"' }
      })
    case "Unknown":
      return HttpServerResponse.text(`There is no repository ${asked.name} that you may see\n`, { status: 404 })
    case "Forbidden":
      return HttpServerResponse.text(
        `This takes the role "${services[asked.service]}" in ${asked.name}, and yours, or your token's, is "${access.role}"\n`,
        { status: 403 }
      )
    case "Elsewhere":
      return HttpServerResponse.text(
        `${asked.name} is ${access.name} on ${access.host}, and here is a copy of it: push there\n`,
        { status: 403 }
      )
    case "Granted":
      return yield* request.method === "POST" && asked.service === "git-receive-pack"
        ? servePush(asked, access)
        : runBackend({ ...cgiOf(asked, access), variables: {}, after: Effect.void })
  }
})

const cgiOf = ({ path, query }: ServeGit, { repository, userId }: Granted) => ({
  root: repository.path,
  path,
  query,
  user: userId === undefined ? "" : String(userId)
})

const servePush = Effect.fnUntraced(function* (asked: ServeGit, access: Granted) {
  const { repository, role, userId } = access
  const context = yield* Effect.context<Effect.Services<ReturnType<typeof recordReported>>>()
  yield* mirrorProtections(repository)
  const report = `${yield* (yield* Git).temporaryFolder}/moves`
  const record = yield* Effect.cached(
    Effect.provideContext(recordReported({ repository, actorId: userId, report }), context)
  )
  // a client that goes away takes git with it, and then what git had done until then is recorded
  yield* Effect.addFinalizer(() => record)
  return yield* runBackend({
    ...cgiOf(asked, access),
    variables: { DROVER_PUSH: report, DROVER_ROLE: role },
    after: record
  })
})
