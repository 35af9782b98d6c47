/** A code host that says who a token is, over real HTTP, and a validator that asks it. */
import { CredentialNotChecked, CredentialRefused, type CredentialValidator } from "@drover/code-hosts"
import { Effect, Redacted } from "effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { once } from "node:events"

export const hostServer = Effect.gen(function* () {
  /** Who has which token. */
  const accounts = new Map<string, string>()
  const asked: Array<string> = []
  const state = { status: 0 }
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`)
    const name = accounts.get((request.headers.authorization ?? "").replace("Bearer ", ""))
    const status = state.status === 0 ? (name === undefined ? 401 : 200) : state.status
    response.writeHead(status, { "content-type": "application/json" })
    response.end(JSON.stringify(name === undefined ? { message: "Bad credentials" } : { login: name }))
  }
  const server = createServer(answer).listen(0, "127.0.0.1")
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    })
  )
  yield* Effect.promise(() => once(server, "listening"))
  const address = server.address()
  const url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}/` : ""
  return { url, accounts, asked, state }
})

/** As a host's own would be: one request, and an answer in its words. */
export const testValidator: CredentialValidator = {
  kind: "test-host",
  validate: Effect.fnUntraced(function* ({ authenticator, externalServiceId }) {
    const host = `test-host ${externalServiceId}`
    if (authenticator._tag !== "OAuthBearerToken" && authenticator._tag !== "OAuthBearerTokenWithSSH") {
      return yield* new CredentialRefused({ host, explanation: `it takes no ${authenticator._tag}` })
    }
    const headers = { authorization: `Bearer ${Redacted.value(authenticator.token)}` }
    const response = yield* Effect.tryPromise({
      try: (signal) => fetch(`${externalServiceId}user`, { headers, signal }),
      catch: () => new CredentialNotChecked({ host, explanation: "no answer" })
    })
    if (response.status === 401) return yield* new CredentialRefused({ host, explanation: "Bad credentials" })
    if (!response.ok) return yield* new CredentialNotChecked({ host, explanation: `status ${response.status}` })
    const { login } = (yield* Effect.promise(() => response.json())) as { readonly login: string }
    return { name: login, expiresAt: null }
  })
}
