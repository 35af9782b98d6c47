/**
 * As whom GitHub is asked.
 */
import { Clock, Effect, Redacted, Schema, Semaphore } from "effect"
import type { HttpClient } from "effect/http"
import { SignJWT } from "jose"
import { createPrivateKey } from "node:crypto"
import { type CodeHostError, UnauthorisedOnHost } from "../CodeHostError.ts"
import { decodeAnswer } from "../http/decodeAnswer.ts"
import { isRefusal } from "../http/gatedApi.ts"
import { refusalOf } from "./refusalOf.ts"
import { sendToGitHub } from "./sendToGitHub.ts"

/** @category models */
export interface GitHubAuth {
  /** A token that is good now. */
  readonly token: Effect.Effect<Redacted.Redacted, CodeHostError>
  /** GitHub refused a token: the next is another, where there can be another. */
  readonly forget: Effect.Effect<void>
  /** Of an app, which is nobody that `/user` could show. */
  readonly installationId?: number | undefined
}

/** A personal access token, or one of OAuth. @category constructors */
export const tokenAuth = (token: Redacted.Redacted): GitHubAuth => ({
  token: Effect.succeed(token),
  forget: Effect.void
})

/** @category options */
export interface GitHubApp {
  /** `https://api.github.com`, `https://github.example.com/api/v3` */
  readonly apiUrl: string
  /** The app's id, or its client id. */
  readonly appId: string
  readonly installationId: number
  /** In PEM, as GitHub gives it out. */
  readonly privateKey: Redacted.Redacted
}

/** Before the end of an hour, so that a token does not end under a push. */
const RENEW = 5 * 60_000

const InstallationToken = Schema.Struct({ token: Schema.String, expires_at: Schema.String })

/**
 * An installation of a GitHub App: it signs in as the app, and asks for a token of the installation, which is kept
 * until it nears its end. Whoever asks while one is being fetched waits for that one.
 *
 * @category constructors
 */
export const appAuth = Effect.fnUntraced(function* (client: HttpClient.HttpClient, app: GitHubApp) {
  const turn = yield* Semaphore.make(1)
  let kept: { readonly token: Redacted.Redacted; readonly until: number } | undefined
  const auth: GitHubAuth = {
    installationId: app.installationId,
    token: turn.withPermits(1)(
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        if (kept !== undefined && now < kept.until - RENEW) return kept.token
        kept = yield* fetchToken(client, app, now)
        return kept.token
      })
    ),
    forget: Effect.sync(() => {
      kept = undefined
    })
  }
  return auth
})

const fetchToken = Effect.fnUntraced(function* (client: HttpClient.HttpClient, app: GitHubApp, now: number) {
  const path = `/app/installations/${app.installationId}/access_tokens`
  const where = { host: "github", repository: `the installation ${app.installationId}` }
  const signed = yield* sign(app, now).pipe(Effect.mapError(() => new UnauthorisedOnHost(where)))
  const answer = yield* sendToGitHub(client, { method: "POST", url: `${app.apiUrl}${path}`, token: signed }, where)
  if (isRefusal(answer)) {
    const refusal = refusalOf(answer, where, now)
    // an installation that is gone is as good as a token that was withdrawn
    return yield* refusal._tag === "NotFound" || refusal._tag === "AlreadyExists" || refusal._tag === "NotMerged"
      ? new UnauthorisedOnHost(where)
      : refusal
  }
  const { expires_at, token } = yield* decodeAnswer(InstallationToken, answer, where)
  return { token: Redacted.make(token, { label: "installation token" }), until: Date.parse(expires_at) }
})

/** Good for nine minutes, of the ten that GitHub allows, and from a minute ago: clocks differ. */
const sign = ({ appId, privateKey }: GitHubApp, now: number) =>
  Effect.tryPromise(async () => {
    const seconds = Math.floor(now / 1000)
    const key = createPrivateKey(Redacted.value(privateKey))
    const claims = new SignJWT({ iat: seconds - 60, exp: seconds + 540, iss: appId })
    return Redacted.make(await claims.setProtectedHeader({ alg: "RS256" }).sign(key), { label: "app token" })
  })
