import { removeProtection } from "@drover/handlers"
import { Effect, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

/** @category errors */
export class ProtectionUnknown extends Schema.TaggedError<ProtectionUnknown>()("ProtectionUnknown", {
  repository: Schema.String,
  pattern: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.repository} has no protection for "${this.pattern}": see \`drover protect list ${this.repository}\``
  }
}

export const removeProtectionCommand = Command.make(
  "remove",
  { repo, pattern: Argument.String("pattern").pipe(Argument.withDescription("As it was set")) },
  Effect.fnUntraced(function* ({ pattern, repo: name }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const removed = yield* removeProtection({ repositoryId: repository.id, pattern, actorId })
    if (!removed) return yield* new ProtectionUnknown({ repository: repository.name, pattern })
    yield* show({ pattern, removed }, () => `${repository.name}: ${pattern} is not protected any more\n`)
  })
).pipe(Command.withDescription("Take a protection away"), Command.provide(forge))
