import { hostIdOf } from "@drover/handlers/batchChanges"
import { CredentialStore } from "@drover/handlers/credentials"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { show } from "../../output/show.ts"
import { hostArguments, nameOf, ownerFlags, requireOwner } from "./owner.ts"
import { credentials } from "./store.ts"

export const removeCredentialCommand = Command.make(
  "remove",
  { ...hostArguments, ...ownerFlags },
  Effect.fnUntraced(function* (flags) {
    const actorId = yield* actor
    const owner = yield* requireOwner(flags)
    const { site, users } = yield* CredentialStore
    const choice = { externalServiceType: flags.type, externalServiceId: hostIdOf(flags.host), actorId }
    yield* owner === "site" ? site.remove(choice) : users.remove({ ...choice, userId: owner.user.id })
    const value = {
      owner: owner === "site" ? null : owner.user.login,
      type: flags.type,
      host: flags.host,
      removed: true
    }
    yield* show(value, () => `The credential of ${nameOf(owner)} for ${flags.type} ${flags.host} is removed\n`)
  })
).pipe(
  Command.withDescription("Remove a credential; withdraw it at the host too, which still takes it"),
  Command.provide(credentials)
)
