/**
 * Runs `git http-backend` for one request, and streams both ways: nothing of a push or a clone is kept in memory. The
 * process lives no longer than the scope.
 */
import { Git } from "@drover/git"
import { Effect, Pull, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { type CgiHead, type CgiRequest, cgiVariables, parseHead } from "./cgi.ts"

export interface RunBackend extends Omit<CgiRequest, "method" | "headers"> {
  /** What the hooks are told, beside. */
  readonly variables: Readonly<Record<string, string>>
  /** Run when the process has ended, before the answer ends. */
  readonly after: Effect.Effect<void>
}

/** A head is far shorter. */
const HEAD_BYTES = 64 * 1024

export const runBackend = Effect.fnUntraced(function* ({ after, variables, ...asked }: RunBackend) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const { environment } = yield* Git
  const { method } = request
  const process = yield* spawner.spawn(
    ChildProcess.make("git", ["http-backend"], {
      env: { ...environment, ...cgiVariables({ ...asked, method, headers: request.headers }), ...variables },
      stdin: method === "POST" ? Stream.orDie(request.stream) : "ignore",
      forceKillAfter: "5 seconds"
    })
  )
  yield* Effect.forkScoped(logErrors(process.stderr))
  const pull = yield* Stream.toPull(process.stdout)
  const { body, head } = yield* readHead(pull)
  if (head === undefined) return HttpServerResponse.text("git did not answer\n", { status: 500 })

  const ended = Effect.andThen(Effect.ignore(process.exitCode), after)
  const rest = Stream.concat(Stream.succeed(body), Stream.fromPull(Effect.succeed(pull)))
  return HttpServerResponse.stream(Stream.concat(rest, Stream.drain(Stream.fromEffect(ended))), {
    status: head.status,
    headers: head.headers,
    contentType: head.headers["content-type"] ?? "application/octet-stream"
  })
})

type Chunks<E> = Pull.Pull<ReadonlyArray<Uint8Array>, E>

/** What came with the head of the body is given with it. */
const readHead = Effect.fnUntraced(function* <E>(
  pull: Chunks<E>
): Effect.fn.Return<{ readonly head: CgiHead | undefined; readonly body: Uint8Array }, E> {
  let bytes = Buffer.alloc(0)
  while (bytes.length < HEAD_BYTES) {
    const chunks = yield* Pull.catchDone(pull, () => Effect.succeed(undefined))
    if (chunks === undefined) break
    bytes = Buffer.concat([bytes, ...chunks])
    const head = parseHead(bytes)
    if (head !== undefined) return { head, body: bytes.subarray(head.length) }
  }
  return { head: undefined, body: bytes }
})

/** What git says there is for the operator; what clients are to know it tells them itself. */
const logErrors = (stderr: Stream.Stream<Uint8Array, unknown>) =>
  stderr.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runForEach((line) => Effect.logDebug("git http-backend says", line)),
    Effect.ignore
  )
