import { listTokens } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { operatorOnly, requireUser } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"

type Listed = Effect.Success<ReturnType<typeof listTokens>>[number]

export const listTokensCommand = Command.make(
  "list",
  { login: Argument.String("login") },
  Effect.fnUntraced(function* ({ login }) {
    yield* operatorOnly("look at tokens")
    const owner = yield* requireUser(login)
    const found = yield* listTokens(owner.id)
    const shown = found.map(({ createdAt, expiresAt, id, lastUsedAt, name, revokedAt, role }) => {
      return { id, name, role, createdAt, lastUsedAt, expiresAt, revokedAt }
    })
    yield* show(shown, (look) =>
      found.length === 0 ? `${owner.login} has no tokens\n` : table(columns(new Date()), found, look)
    )
  })
).pipe(Command.withDescription("List a user's tokens; never the tokens themselves"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<Listed>> => [
  { title: "ID", cell: ({ id }) => String(id), align: "right" },
  { title: "NAME", cell: ({ name }) => name, shrinks: true },
  { title: "ROLE", cell: ({ role }) => role },
  { title: "STATE", cell: (token) => stateOf(token, now) },
  { title: "USED", cell: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : age(lastUsedAt, now)) },
  { title: "AGE", cell: ({ createdAt }) => age(createdAt, now) }
]

const stateOf = ({ expiresAt, revokedAt }: Listed, now: Date): string => {
  if (revokedAt !== null) return "revoked"
  if (expiresAt === null) return "works"
  return expiresAt <= now ? "expired" : `ends ${age(expiresAt, now)}`
}
