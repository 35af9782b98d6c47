import type { ActorId } from "@drover/handlers"
import { Effect } from "effect"
import { Argument } from "effect/cli"
import { requireRepository } from "../../actor.ts"

/** No repository is named so: each has an owner and a slash. */
const ALL = "all"

export const repoOrAll = Argument.String("repo").pipe(
  Argument.withDescription("owner/name; or all: the webhooks that hear of every repository")
)

/** The id; null stands for all. */
export const ownerOf = (name: string, actorId: ActorId) =>
  name === ALL ? Effect.succeed(null) : Effect.map(requireRepository(name, actorId), ({ id }) => id)
