import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { CredentialStore } from "../../src/credentials/index.ts"
import { userCredentials } from "../../src/schema/credentials.ts"
import { users as userTable } from "../../src/schema/users.ts"
import { forge } from "../support.ts"
import { alterStored, keysOf, newHost, newScope, token, under } from "./support.ts"

layer(forge(), { excludeTestServices: true })("credentials", (it) => {
  it.effect("of users are listed from the oldest, a page at a time, and those of one user alone", () =>
    Effect.gen(function* () {
      const { users } = yield* CredentialStore
      const { run } = yield* Database
      const scope = yield* newScope
      const other = yield* newScope
      const made = yield* Effect.forEach([2, 0, 1, 3, 4], (n) =>
        users.create({
          ...(n === 3 ? other : scope),
          externalServiceId: `https://${n}.example/`,
          authenticator: token()
        })
      )
      // all in one moment, but for the first: the order is that of users and hosts
      yield* run((db) =>
        db.update(userCredentials).set({ createdAt: sql`date_trunc('day', now()) + interval '1 microsecond'` })
      )
      yield* alterStored("user_credentials", made[0]!.id, { createdAt: sql`date_trunc('day', now())` as never })
      const ids = [0, 1, 2, 4, 3].map((at) => made[at]!.id)
      const seen: Array<number> = []
      let after: string | undefined
      for (const left of [3, 1, -1]) {
        const page = yield* users.list({ limit: 2, after })
        seen.push(...page.credentials.map(({ id }) => id))
        assert.strictEqual(page.next === null, left < 0)
        after = page.next ?? undefined
      }
      assert.deepStrictEqual(seen, ids)
      const own = yield* users.list({ userId: other.userId })
      assert.deepStrictEqual([own.credentials.map(({ id }) => id), own.next], [[made[3]!.id], null])
      assert.deepStrictEqual((yield* users.list({ domain: "elsewhere" })).credentials, [])
      assert.strictEqual((yield* Effect.flip(users.list({ after: "what" })))._tag, "CredentialRejected")
    }).pipe(under(keysOf("2026")))
  )

  it.effect("of the site are listed from the oldest, a page at a time", () =>
    Effect.gen(function* () {
      const { site } = yield* CredentialStore
      const made = yield* Effect.forEach([2, 0, 1], (n) =>
        site.create({ ...newHost(), externalServiceId: `https://${n}.example/`, authenticator: token() })
      )
      const first = yield* site.list({ limit: 2 })
      assert.deepStrictEqual(first.credentials, made.slice(0, 2))
      const second = yield* site.list({ limit: 2, after: first.next ?? undefined })
      assert.deepStrictEqual(second, { credentials: made.slice(2), next: null })
      assert.strictEqual((yield* Effect.flip(site.list({ after: first.next!.slice(4) })))._tag, "CredentialRejected")
    }).pipe(under(keysOf("2026")))
  )

  it.effect("of a user that there is not are refused, and those of one who goes go along", () =>
    Effect.gen(function* () {
      const { users } = yield* CredentialStore
      const { run } = yield* Database
      const scope = yield* newScope
      const { id } = yield* users.create({ ...scope, authenticator: token() })
      yield* run((db) => db.delete(userTable).where(eq(userTable.id, scope.userId)))
      assert.strictEqual((yield* Effect.flip(users.find({ id })))._tag, "CredentialUnknown")
      const error = yield* Effect.flip(users.create({ ...(yield* newScope), userId: 999_999, authenticator: token() }))
      assert.deepInclude(error, { _tag: "CredentialRejected", field: "user" })
    }).pipe(under(keysOf("2026")))
  )
})
