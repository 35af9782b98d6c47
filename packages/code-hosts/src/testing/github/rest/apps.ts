/**
 * GitHub Apps: whoever proves by a signed token to be one gets tokens for where it is installed.
 */
import { type CryptoKey, jwtVerify, type KeyObject } from "jose"
import type { Forge, HostReply, HostRequest } from "../../forge/index.ts"
import { badCredentials, notFound } from "../refusals.ts"
import { time } from "../shapes.ts"

/** @category models */
export interface FakeApp {
  readonly id: number
  readonly slug: string
  readonly publicKey: KeyObject | CryptoKey
  /** Installations, and as whom each acts. */
  readonly installations: ReadonlyMap<number, string>
}

const path = /^\/app\/installations\/(\d+)\/access_tokens$/

/** Answers what only an app may ask; undefined: it is something else. */
export const answerApp = async (
  forge: Forge,
  apps: ReadonlyMap<number, FakeApp>,
  { method, path: asked, token }: HostRequest
): Promise<HostReply | undefined> => {
  const installation = path.exec(asked)?.[1]
  if (method !== "POST" || installation === undefined) return undefined
  const app = await appOf(forge, apps, token)
  if (app === undefined) return badCredentials
  const login = app.installations.get(Number(installation))
  if (login === undefined) return notFound
  const expiresAt = new Date(forge.clock.now.getTime() + 3_600_000)
  forge.addUser(login, "Bot")
  const issued = forge.addToken(login, { access: "write", expiresAt, token: `ghs_${forge.nextId()}` })
  const permissions = { contents: "write", pull_requests: "write", metadata: "read" }
  return {
    status: 201,
    body: { token: issued, expires_at: time(expiresAt), permissions, repository_selection: "all" }
  }
}

/** GitHub's rules: signed with RS256, and good for ten minutes at most. */
const appOf = async (forge: Forge, apps: ReadonlyMap<number, FakeApp>, token: string | undefined) => {
  for (const app of apps.values()) {
    try {
      const { payload } = await jwtVerify(token ?? "", app.publicKey, {
        algorithms: ["RS256"],
        issuer: String(app.id),
        requiredClaims: ["iat", "exp"],
        currentDate: forge.clock.now
      })
      const { exp = 0, iat = 0 } = payload
      if (exp - iat <= 660 && exp * 1000 <= forge.clock.now.getTime() + 600_000) return app
    } catch {
      // another app's, or nobody's
    }
  }
  return undefined
}
