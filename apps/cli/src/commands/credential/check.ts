import { type CheckedCredential, CredentialStore } from "@drover/handlers/credentials"
import { peopleOf } from "@drover/handlers"
import { Effect, Schema, Stream } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { show } from "../../output/show.ts"
import { type Tone } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { namedOwner, ownerFlags } from "./owner.ts"
import { credentials } from "./store.ts"

/** What was found is told on standard output. @category errors */
export class CredentialsDoNotWork extends Schema.TaggedError<CredentialsDoNotWork>()("CredentialsDoNotWork", {
  failed: Schema.Number,
  checked: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.failed} of ${this.checked} credentials do not work: replace them with \`drover credential add --replace\`, or add the keys that they need`
  }
}

export const checkCredentialsCommand = Command.make(
  "check",
  ownerFlags,
  Effect.fnUntraced(function* (flags) {
    const actorId = yield* actor
    const named = yield* namedOwner(flags)
    const { check } = yield* CredentialStore
    const meant = ({ owner }: CheckedCredential): boolean =>
      named === undefined || (named === "site" ? owner === "site" : owner !== "site" && owner.userId === named.user.id)
    const checked = yield* check({ actorId }).pipe(Stream.filter(meant), Stream.runCollect)
    const people = yield* peopleOf(checked.map(({ owner }) => (owner === "site" ? null : owner.userId)))
    const found = checked.map((each) => {
      const login = each.owner === "site" ? null : (people.get(each.owner.userId)?.login ?? String(each.owner.userId))
      return {
        id: each.id,
        owner: login,
        type: each.externalServiceType,
        host: each.externalServiceId,
        outcome: each.outcome,
        kind: each.kind,
        account: each.account?.name ?? null,
        expiresAt: each.account?.expiresAt ?? null,
        message: each.message
      }
    })
    yield* show(found, (look) => (found.length === 0 ? "No credentials\n" : table(columns, found, look)))
    const failed = found.filter(({ message }) => message !== null).length
    if (failed > 0) return yield* new CredentialsDoNotWork({ failed, checked: found.length })
  })
).pipe(
  Command.withDescription("Open each credential, and ask its host whether it takes it"),
  Command.provide(credentials)
)

interface Found {
  readonly owner: string | null
  readonly type: string
  readonly host: string
  readonly outcome: CheckedCredential["outcome"]
  readonly account: string | null
  readonly message: string | null
}

const tones: Record<CheckedCredential["outcome"], Tone> = {
  valid: "green",
  readable: "green",
  unreachable: "yellow",
  refused: "red",
  unreadable: "red"
}

const columns: ReadonlyArray<Column<Found>> = [
  { title: "OWNER", cell: ({ owner }) => owner ?? "(site)" },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "HOST", cell: ({ host }) => host, shrinks: true },
  { title: "OUTCOME", cell: ({ outcome }) => outcome, tone: ({ outcome }) => tones[outcome] },
  {
    title: "ABOUT",
    cell: ({ account, message }) => message ?? (account === null ? "-" : `is ${account}`),
    shrinks: true
  }
]
