import { searchCode } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { limitTo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { renderResults } from "./renderResults.ts"

export const search = Command.make(
  "search",
  {
    words: Argument.String("query").pipe(
      Argument.withDescription("Words, /regular expressions/ and filters such as repo: path: ext:"),
      Argument.variadic({ min: 1 })
    ),
    limit: limitTo(100),
    offset: Flag.Int("offset").pipe(Flag.withDescription("Files to pass over; defaults to 0"), Flag.withDefault(0))
  },
  Effect.fnUntraced(function* ({ limit, offset, words }) {
    const results = yield* searchCode({ query: words.join(" "), limit, offset, actorId: yield* actor })
    yield* show(results, (look) => renderResults(results, look))
  })
).pipe(
  Command.withDescription("Search the code of default branches"),
  Command.withExamples([
    { command: "drover search roundToCents", description: "Files that have the word, and the lines" },
    { command: "drover search '\"to cents\" repo:acme/* ext:ts'", description: "A phrase, in some repositories" }
  ]),
  Command.provide(forge)
)
