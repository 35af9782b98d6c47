import { CredentialStore } from "@drover/handlers/credentials"
import { peopleOf } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { show } from "../../output/show.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { type CredentialJson, credentialJson } from "./credentialJson.ts"
import { namedOwner, ownerFlags } from "./owner.ts"
import { credentials } from "./store.ts"

export const listCredentialsCommand = Command.make(
  "list",
  ownerFlags,
  Effect.fnUntraced(function* (flags) {
    const actorId = yield* actor
    const named = yield* namedOwner(flags)
    const { site, users } = yield* CredentialStore
    const userId = named === undefined || named === "site" ? undefined : named.user.id
    const ofUsers = named === "site" ? [] : yield* all((after) => users.list({ actorId, userId, after, limit: 100 }))
    const bySite = named === "site" || (named === undefined && actorId === undefined)
    const ofSite = bySite ? yield* all((after) => site.list({ actorId, after, limit: 100 })) : []
    const people = yield* peopleOf(ofUsers.map((each) => each.userId))
    const found = [
      ...ofSite.map((each) => credentialJson(each, null)),
      ...ofUsers.map((each) => credentialJson(each, people.get(each.userId)?.login ?? String(each.userId)))
    ]
    yield* show(found, (look) =>
      found.length === 0
        ? "No credentials: add one with `drover credential add`\n"
        : table(columns(new Date()), found, look)
    )
  })
).pipe(
  Command.withDescription("List credentials, of the site and of users; never what is secret in them"),
  Command.provide(credentials)
)

interface Page<A> {
  readonly credentials: ReadonlyArray<A>
  readonly next: string | null
}

/** There is one for each user and host: all of them are few. */
const all = Effect.fnUntraced(function* <A, E, R>(
  page: (after: string | undefined) => Effect.Effect<Page<A>, E, R>
): Effect.fn.Return<ReadonlyArray<A>, E, R> {
  const found: Array<A> = []
  for (let after: string | null | undefined; after !== null;) {
    const { credentials: more, next } = yield* page(after)
    found.push(...more)
    after = next
  }
  return found
})

const columns = (now: Date): ReadonlyArray<Column<CredentialJson>> => [
  { title: "OWNER", cell: ({ owner }) => owner ?? "(site)" },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "HOST", cell: ({ host }) => host, shrinks: true },
  { title: "KEY", cell: keyOf, shrinks: true },
  { title: "AGE", cell: ({ createdAt }) => age(createdAt, now), align: "right" }
]

const keyOf = ({ encryption, keyId }: CredentialJson): string =>
  keyId ?? (encryption === "none" ? "none" : "waits for its migration")
