import { createUser, type User } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { operatorOnly } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

export const addUser = Command.make(
  "add",
  {
    login: Argument.String("login"),
    name: Flag.String("name").pipe(Flag.withDescription("What they are called"), Flag.optional),
    email: Flag.String("email").pipe(Flag.withDescription("CODEOWNERS may name them by it"), Flag.optional)
  },
  Effect.fnUntraced(function* ({ email, login, name }) {
    yield* operatorOnly("add users")
    const added = yield* createUser({
      login,
      name: Option.getOrUndefined(name),
      email: Option.getOrUndefined(email)
    })
    yield* show(userJson(added), () => `Added user ${added.login}\n`)
  })
).pipe(Command.withDescription("Add a user"), Command.provide(forge))

const userJson = ({ createdAt, email, id, login, name }: User) => ({ id, login, name, email, createdAt })
