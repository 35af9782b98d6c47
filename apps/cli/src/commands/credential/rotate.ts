import { CredentialStore, KeyProvider, keysInUse, type RotateProgress } from "@drover/handlers/credentials"
import { Effect, Schema } from "effect"
import { Command } from "effect/cli"
import { actor, operatorOnly } from "../../actor.ts"
import { Json } from "../../globals.ts"
import { show } from "../../output/show.ts"
import { write } from "../../output/write.ts"
import { Surroundings } from "../../Surroundings.ts"
import { credentials } from "./store.ts"

/** What was done is told on standard output. @category errors */
export class CredentialsNotRotated extends Schema.TaggedError<CredentialsNotRotated>()("CredentialsNotRotated", {
  failed: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.failed} credential(s) could not be read, and are as they were: add their keys, or replace them`
  }
}

export const rotateCommand = Command.make(
  "rotate",
  {},
  Effect.fnUntraced(function* () {
    yield* operatorOnly("rotate keys")
    const { rotateKeys } = yield* CredentialStore
    const onProgress = yield* progressOn
    const { encrypted, failed, rewrapped } = yield* rotateKeys({ actorId: yield* actor, onProgress })
    const { keys } = yield* KeyProvider
    const keyId = keys?.currentKeyId ?? ""
    const left = (yield* keysInUse).filter((used) => used.keyId !== keyId)
    yield* show({ keyId, rewrapped, encrypted, failed, otherKeys: left }, () =>
      [
        `${rewrapped} rewrapped and ${encrypted} encrypted under ${keyId}`,
        ...failed.map(({ credential, message }) => `failed: ${credential}: ${message}`),
        ...left.map((used) => `${used.keyId} is still in use, by ${used.credentials}: keep it`),
        ...(left.length === 0 ? ["No other key is in use"] : [])
      ]
        .map((line) => `${line}\n`)
        .join("")
    )
    if (failed.length > 0) return yield* new CredentialsNotRotated({ failed: failed.length })
  })
).pipe(
  Command.withDescription("Bring every credential under the current key, so that the one before can be taken away"),
  Command.provide(credentials)
)

/** On a terminal one line, drawn over itself; elsewhere a line for each tenth, on standard error. */
const progressOn = Effect.gen(function* () {
  const { stderr } = yield* Surroundings
  if (yield* Json) return undefined
  let told = 0
  return ({ done, total }: RotateProgress): Effect.Effect<void> => {
    if (total === 0) return Effect.void
    if (stderr.isTTY === true) return write(stderr, `\r${done} of ${total}${done === total ? "\n" : ""}`)
    const tenth = Math.floor((done * 10) / total)
    if (tenth === told) return Effect.void
    told = tenth
    return write(stderr, `${done} of ${total}\n`)
  }
})
