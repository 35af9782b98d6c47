/**
 * The people of the demo: ada, who writes and pushes, and ben, who reviews.
 */
import { createToken, createUser, findUser, listTokens, revokeToken, type User } from "@drover/handlers"
import { Effect } from "effect"

const TOKEN = "demo"

const user = Effect.fnUntraced(function* (login: string, name: string) {
  const found = yield* findUser(login)
  return found ?? (yield* createUser({ login, name, email: `${login}@example.invalid` }))
})

/** A token cannot be read again, so that each start makes one, and ends the one before. */
const newToken = Effect.fnUntraced(function* ({ id: userId }: User) {
  for (const { id, name, revokedAt } of yield* listTokens(userId)) {
    if (name === TOKEN && revokedAt === null) yield* revokeToken({ id, userId })
  }
  return yield* createToken({ userId, name: TOKEN })
})

export const people = Effect.gen(function* () {
  const ada = yield* user("ada", "Ada Example")
  const ben = yield* user("ben", "Ben Example")
  return { ada, ben, token: yield* newToken(ada) }
})
