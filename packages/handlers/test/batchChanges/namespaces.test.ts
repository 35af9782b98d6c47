import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  createOrganisation,
  deleteOrganisation,
  listNamespaces,
  listOrganisationMembers,
  requireNamespace,
  setOrganisationMember,
  userNamespace
} from "../../src/batchChanges/index.ts"
import { createUser } from "../../src/index.ts"
import { forge } from "../support.ts"

let made = 0
const somebody = Effect.suspend(() => createUser({ login: `Person-${made++}` }))

layer(forge(), { excludeTestServices: true })("namespaces", (it) => {
  it.effect("a user's own is made when it is first asked for, once, and is the user's and the operator's", () =>
    Effect.gen(function* () {
      const { id, login } = yield* somebody
      const other = yield* somebody
      const [first, second] = yield* Effect.all([userNamespace(id), userNamespace(id)], { concurrency: 2 })
      assert.deepStrictEqual(first, second)
      assert.strictEqual(first.name, login)
      assert.strictEqual((yield* requireNamespace(id, login.toUpperCase())).id, first.id)
      assert.strictEqual((yield* requireNamespace(undefined, first.id)).id, first.id)
      const refused = yield* Effect.flip(requireNamespace(other.id, login))
      assert.strictEqual(refused._tag, "NamespaceUnknown")
    })
  )

  it.effect("the login alone finds a user's own before there is one, and not another's", () =>
    Effect.gen(function* () {
      const one = yield* somebody
      const two = yield* somebody
      assert.strictEqual((yield* requireNamespace(one.id, one.login)).userId, one.id)
      assert.strictEqual((yield* requireNamespace(undefined, two.login)).userId, two.id)
      const three = yield* somebody
      assert.strictEqual((yield* Effect.flip(requireNamespace(one.id, three.login)))._tag, "NamespaceUnknown")
      assert.isFalse((yield* listNamespaces()).some(({ userId }) => userId === three.id))
    })
  )

  it.effect("an organisation is its members', who let others in and put them out", () =>
    Effect.gen(function* () {
      const founder = yield* somebody
      const joiner = yield* somebody
      const { id, name } = yield* createOrganisation({ name: "acme", actorId: founder.id })
      assert.strictEqual((yield* Effect.flip(requireNamespace(joiner.id, name)))._tag, "NamespaceUnknown")
      const join = { namespace: name, userId: joiner.id, member: true }
      assert.strictEqual(
        (yield* Effect.flip(setOrganisationMember({ ...join, actorId: joiner.id })))._tag,
        "NamespaceUnknown"
      )
      yield* setOrganisationMember({ ...join, actorId: founder.id })
      yield* setOrganisationMember({ ...join, actorId: founder.id })
      assert.strictEqual((yield* requireNamespace(joiner.id, "ACME")).id, id)
      assert.deepStrictEqual(
        (yield* listOrganisationMembers(id, joiner.id)).map(({ login }) => login),
        [founder.login, joiner.login]
      )
      yield* setOrganisationMember({ ...join, member: false, actorId: founder.id })
      assert.deepStrictEqual(
        (yield* listNamespaces(joiner.id)).map((each) => each.id),
        []
      )
      assert.deepStrictEqual(
        (yield* listNamespaces(founder.id)).map((each) => each.id),
        [id]
      )
    })
  )

  it.effect("names are taken whatever their case, logins too, and stay taken", () =>
    Effect.gen(function* () {
      const { login } = yield* somebody
      yield* createOrganisation({ name: "Taken" })
      const rule = (name: string) => Effect.map(Effect.flip(createOrganisation({ name })), ({ message }) => message)
      assert.include(yield* rule("tAKEN"), "is taken")
      assert.include(yield* rule(login.toLowerCase()), "is a user's login")
      assert.include(yield* rule("a b"), "must be")
      yield* deleteOrganisation("Taken")
      assert.include(yield* rule("taken"), "is taken")
      assert.strictEqual((yield* Effect.flip(requireNamespace(undefined, "Taken")))._tag, "NamespaceUnknown")
    })
  )

  it.effect("a login that an organisation has says so", () =>
    Effect.gen(function* () {
      yield* createOrganisation({ name: "late" })
      const user = yield* createUser({ login: "late" })
      const error = yield* Effect.flip(userNamespace(user.id))
      assert.include(error.message, "is an organisation")
      assert.include((yield* Effect.flip(userNamespace(0))).message, "does not exist")
    })
  )

  it.effect("a user's own has no members", () =>
    Effect.gen(function* () {
      const { id, login } = yield* somebody
      const error = yield* Effect.flip(
        setOrganisationMember({ namespace: login, userId: id, member: true, actorId: id })
      )
      assert.include(error.message, "has no members")
    })
  )

  it.effect("nobody who does not exist becomes a member", () =>
    Effect.gen(function* () {
      yield* createOrganisation({ name: "empty" })
      const error = yield* Effect.flip(setOrganisationMember({ namespace: "empty", userId: 0, member: true }))
      assert.include(error.message, "does not exist")
    })
  )
})
