import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { retryAfterOf } from "../../src/http/retryAfter.ts"
import { sendRequest } from "../../src/http/sendRequest.ts"

let server: Server
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/empty") response.writeHead(204, { "X-Odd": "yes" }).end()
    else if (request.url === "/endless") {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, "x")));
      }
      response.on("drain", more)
      more()
    } else {
      const { authorization, "user-agent": agent } = request.headers
      response.end(JSON.stringify({ method: request.method, url: request.url, authorization, agent }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const where = { host: "some", repository: "acme/billing" }
const authorization = Redacted.make("Bearer s3cret")
const base = (port = (server.address() as AddressInfo).port) => `http://127.0.0.1:${port}`

const send = (path: string, url = base()) =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    return yield* sendRequest(client, { method: "GET", url: `${url}${path}`, query: { page: 2 }, authorization }, where)
  }).pipe(Effect.provide(FetchHttpClient.layer))

describe("a request to a host", () => {
  it.live("is sent with its proof and its query", () =>
    Effect.gen(function* () {
      const { body, status } = yield* send("/any")
      expect(status).toBe(200)
      expect(JSON.parse(body)).toEqual({
        method: "GET",
        url: "/any?page=2",
        authorization: "Bearer s3cret",
        agent: "drover"
      })
    })
  )

  it.live("may have an answer without a body", () =>
    Effect.gen(function* () {
      const asked = yield* HttpClient.HttpClient.pipe(
        Effect.flatMap((client) =>
          sendRequest(client, { method: "DELETE", url: `${base()}/empty`, authorization }, where)
        ),
        Effect.provide(FetchHttpClient.layer)
      )
      expect(asked).toMatchObject({ status: 204, body: "", headers: { "x-odd": "yes" } })
    })
  )

  it.live("is given up where the answer does not end", () =>
    Effect.gen(function* () {
      const url = base()
      const client = yield* HttpClient.HttpClient
      const error = yield* Effect.flip(
        sendRequest(client, { method: "GET", url: `${url}/endless`, authorization }, where)
      )
      expect(error).toMatchObject({ _tag: "HostUnavailable", explanation: "an answer of more than 33554432 bytes" })
    }).pipe(Effect.provide(FetchHttpClient.layer))
  )

  it.live("to nobody fails, and does not show its proof", () =>
    Effect.gen(function* () {
      const free = createServer()
      yield* Effect.promise(() => new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve)))
      const { port } = free.address() as AddressInfo
      yield* Effect.promise(() => new Promise((resolve) => free.close(resolve)))
      const error = yield* Effect.flip(send("/any", base(port)))
      expect(error).toMatchObject({ _tag: "HostUnavailable", retryable: true })
      expect(`${error.message}${JSON.stringify(error)}`).not.toContain("s3cret")
    })
  )
})

describe("what a host says of when to come back", () => {
  const now = Date.parse("2026-03-10T12:00:00Z")
  it.each([
    [{}, undefined],
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "0" }, undefined],
    [{ "retry-after": "Tue, 10 Mar 2026 12:00:30 GMT" }, 30_000],
    [{ "retry-after": "Tue, 10 Mar 2026 12:00:30 GMT", date: "Tue, 10 Mar 2026 12:00:20 GMT" }, 10_000],
    [{ "retry-after": "Tue, 10 Mar 2026 11:00:00 GMT" }, undefined],
    [{ "retry-after": "soon" }, undefined]
  ])("%o is %o", (headers, expected) => expect(retryAfterOf(headers, now)).toBe(expected))
})
