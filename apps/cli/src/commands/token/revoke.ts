import { revokeToken } from "@drover/handlers"
import { Effect, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { operatorOnly, requireUser } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

class TokenUnknown extends Schema.TaggedError<TokenUnknown>()("TokenUnknown", {
  login: Schema.String,
  id: Schema.Number
}) {
  override get message(): string {
    return `${this.login} has no token ${this.id}: see \`drover token list ${this.login}\``
  }
}

export const revokeTokenCommand = Command.make(
  "revoke",
  { login: Argument.String("login"), id: id("id") },
  Effect.fnUntraced(function* ({ id: tokenId, login }) {
    yield* operatorOnly("end tokens")
    const owner = yield* requireUser(login)
    const known = yield* revokeToken({ userId: owner.id, id: tokenId })
    if (!known) return yield* new TokenUnknown({ login: owner.login, id: tokenId })
    yield* show({ id: tokenId, revoked: true }, () => `Token ${tokenId} of ${owner.login} works no more\n`)
  })
).pipe(Command.withDescription("End a token"), Command.provide(forge))
