/**
 * Hears of pushes over the file path from the hooks of repositories, which prove themselves by the secret in the
 * repository's folder.
 */
import { Effect, FileSystem } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { createHash, timingSafeEqual } from "node:crypto"
import { parseMoves } from "../pushes/parseMoves.ts"
import { recordPush } from "../pushes/recordPush.ts"
import { repositoryById } from "../repositories/findRepository.ts"

export const hearHook = Effect.fn("GitHttp.hearHook")(function* (id: string | undefined) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const repositoryId = Number(id)
  const refused = HttpServerResponse.text("Only the hooks of repositories tell of pushes here\n", { status: 403 })
  if (!Number.isSafeInteger(repositoryId)) return refused
  const repository = yield* Effect.catchTag(repositoryById(repositoryId), "RepositoryUnknown", () =>
    Effect.succeed(undefined)
  )
  const secret = repository === undefined ? undefined : yield* readSecret(repository.path)
  if (secret === undefined || !same(request.headers["authorization"] ?? "", `Bearer ${secret}`)) return refused
  const told = parseMoves(yield* request.text)
  // whether or not the hook still waits
  yield* Effect.uninterruptible(recordPush({ repositoryId, told }))
  return HttpServerResponse.empty({ status: 204 })
})

const readSecret = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const secret = yield* Effect.orElseSucceed(fileSystem.readFileString(`${path}/drover/secret`), () => "")
  return secret.trim() === "" ? undefined : secret.trim()
})

/** Of equal length whatever they are, so that how long it takes tells nothing. */
const same = (one: string, other: string): boolean => timingSafeEqual(hash(one), hash(other))

const hash = (text: string): Buffer => createHash("sha256").update(text).digest()
