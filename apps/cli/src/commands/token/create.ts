import { createToken } from "@drover/handlers"
import { Duration, Effect, Option, Redacted } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { operatorOnly, requireUser } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { duration } from "../../flags.ts"
import { show } from "../../output/show.ts"

export const createTokenCommand = Command.make(
  "create",
  {
    login: Argument.String("login"),
    name: Flag.String("name").pipe(Flag.withDescription("What it is for")),
    role: Flag.Literals("role", ["read", "write", "admin"]).pipe(
      Flag.withDescription("The most that it may do, whatever its user may"),
      Flag.withDefault("write")
    ),
    expires: duration("expires").pipe(
      Flag.withDescription('How long it works, such as "90 days"; defaults to for ever'),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ expires, login, name, role }) {
    yield* operatorOnly("make tokens")
    const owner = yield* requireUser(login)
    const expiresIn = Option.getOrUndefined(expires)
    const token = Redacted.value(yield* createToken({ userId: owner.id, name, role, expiresIn }))
    const lifetime = expiresIn === undefined ? null : Duration.toSeconds(expiresIn)
    // alone on standard output, so that it can be captured; nobody can read it again
    yield* show({ login: owner.login, name, role, expiresInSeconds: lifetime, token }, () => `${token}\n`)
  })
).pipe(
  Command.withDescription("Make a token, and print it: this once, for only its hash is kept"),
  Command.provide(forge)
)
