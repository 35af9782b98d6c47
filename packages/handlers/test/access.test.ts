import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect, Redacted } from "effect"
import {
  accessTokens,
  authenticate,
  createToken,
  createUser,
  findUser,
  listTokens,
  repositories,
  requireRole,
  revokeToken,
  roleOf,
  setRole
} from "../src/index.ts"
import { forge } from "./support.ts"

let names = 0
const newUser = Effect.suspend(() => createUser({ login: `user-${names++}` }))

const newRepository = (visibility: "public" | "private") =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .insert(repositories)
          .values({ name: `acme/access-${names++}`, path: "/nowhere", visibility })
          .returning()
      ),
      ([row]) => row!
    )
  )

layer(forge(), { excludeTestServices: true })("a user", (it) => {
  it.effect("is found however the login is written, and no other has it in another case", () =>
    Effect.gen(function* () {
      const ada = yield* createUser({ login: "Ada", email: "ada@example.invalid" })

      assert.deepStrictEqual(yield* findUser("aDA"), ada)
      const error = yield* Effect.flip(createUser({ login: "ADA" }))

      assert.deepInclude(error, { _tag: "AccessRejected", field: "login" })
      assert.strictEqual(error.message, 'The login "ADA" is taken')
      assert.isUndefined(yield* findUser("nobody"))
    })
  )

  for (const login of ["", "with space", "a/b", "x".repeat(65), "new\nline"]) {
    it.effect(`cannot be called ${JSON.stringify(login)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(createUser({ login }))
        assert.strictEqual(error._tag, "AccessRejected")
      })
    )
  }
})

layer(forge(), { excludeTestServices: true })("a token", (it) => {
  it.effect("names its user and the most that it may do", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const token = yield* createToken({ userId: user.id, name: "laptop", role: "read" })

      assert.deepStrictEqual(yield* authenticate(token), { user, role: "read" })
    })
  )

  it.effect("is kept nowhere, and not shown by accident", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const token = yield* createToken({ userId: user.id, name: "laptop" })
      const { run } = yield* Database
      const rows = yield* run((db) => db.select().from(accessTokens).where(eq(accessTokens.userId, user.id)))

      assert.notInclude(JSON.stringify(rows), Redacted.value(token))
      assert.notInclude(JSON.stringify({ token }), Redacted.value(token))
      assert.deepStrictEqual(
        (yield* listTokens(user.id)).map((row) => [row.name, row.role, "tokenHash" in row]),
        [["laptop", "write", false]]
      )
    })
  )

  it.effect("says nothing of anybody when it never was, has expired or is revoked", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const expired = yield* createToken({ userId: user.id, name: "old", expiresIn: "0 seconds" })
      const revoked = yield* createToken({ userId: user.id, name: "lost" })
      const [, lost] = yield* listTokens(user.id)

      assert.isTrue(yield* revokeToken({ id: lost!.id, userId: user.id }))

      assert.isUndefined(yield* authenticate(Redacted.make("drv_never")))
      assert.isUndefined(yield* authenticate(Redacted.make("")))
      assert.isUndefined(yield* authenticate(expired))
      assert.isUndefined(yield* authenticate(revoked))
    })
  )

  it.effect("is revoked by its own user alone", () =>
    Effect.gen(function* () {
      const [user, other] = [yield* newUser, yield* newUser]
      const token = yield* createToken({ userId: user.id, name: "laptop" })
      const [row] = yield* listTokens(user.id)

      assert.isFalse(yield* revokeToken({ id: row!.id, userId: other.id }))
      assert.isDefined(yield* authenticate(token))
    })
  )

  it.effect("is noted as used once in a minute, not at each request", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const token = yield* createToken({ userId: user.id, name: "laptop" })
      const lastUsed = Effect.map(listTokens(user.id), ([row]) => row?.lastUsedAt)

      assert.isNull(yield* lastUsed)
      yield* authenticate(token)
      const first = yield* lastUsed
      assert.instanceOf(first, Date)
      yield* authenticate(token)
      assert.deepStrictEqual(yield* lastUsed, first)
    })
  )
})

layer(forge(), { excludeTestServices: true })("a role", (it) => {
  it.effect("is what a member was given last", () =>
    Effect.gen(function* () {
      const [user, repository] = [yield* newUser, yield* newRepository("private")]
      const role = roleOf(user.id, repository.id)

      assert.isUndefined(yield* role)
      yield* setRole({ repositoryId: repository.id, userId: user.id, role: "admin" })
      assert.strictEqual(yield* role, "admin")
      yield* setRole({ repositoryId: repository.id, userId: user.id, role: "read" })
      assert.strictEqual(yield* role, "read")
      yield* setRole({ repositoryId: repository.id, userId: user.id, role: null })
      assert.isUndefined(yield* role)
    })
  )

  it.effect("is to read for everybody, and for nobody in particular, where the repository is public", () =>
    Effect.gen(function* () {
      const [user, open, closed] = [yield* newUser, yield* newRepository("public"), yield* newRepository("private")]

      assert.strictEqual(yield* roleOf(user.id, open.id), "read")
      assert.strictEqual(yield* roleOf(null, open.id), "read")
      assert.isUndefined(yield* roleOf(null, closed.id))
    })
  )

  it.effect("includes the smaller ones, and the refusal of a larger one names both", () =>
    Effect.gen(function* () {
      const [user, repository] = [yield* newUser, yield* newRepository("private")]
      yield* setRole({ repositoryId: repository.id, userId: user.id, role: "write" })

      yield* requireRole(user.id, repository, "read")
      yield* requireRole(user.id, repository, "write")
      const error = yield* Effect.flip(requireRole(user.id, repository, "admin"))

      assert.deepInclude(error, { _tag: "Forbidden", needed: "admin", role: "write" })
    })
  )

  it.effect("that somebody has not got hides the repository; Drover itself needs none", () =>
    Effect.gen(function* () {
      const [user, repository] = [yield* newUser, yield* newRepository("private")]

      assert.strictEqual((yield* Effect.flip(requireRole(user.id, repository, "read")))._tag, "RepositoryUnknown")
      yield* requireRole(undefined, repository, "admin")
    })
  )
})
