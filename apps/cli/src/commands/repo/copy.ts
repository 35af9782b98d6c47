import { addHostedRepository, codeHostSettings, hostedAddress } from "@drover/handlers/batchChanges"
import { Config, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { resolve } from "node:path"
import { operatorOnly } from "../../actor.ts"
import { given } from "../../flags.ts"
import { show } from "../../output/show.ts"
import { batchForge } from "../batch/batchForge.ts"
import { FolderMissing } from "./add.ts"
import { repositoryJson } from "./repositoryJson.ts"

export const copyRepo = Command.make(
  "copy",
  {
    address: Argument.String("address").pipe(
      Argument.withDescription("As a browser shows it, or as it is cloned: https://github.com/acme/billing")
    ),
    name: Flag.String("name").pipe(
      Flag.withMetavar("OWNER/NAME"),
      Flag.withDescription("What it is called here; defaults to its name on the host"),
      Flag.optional
    ),
    root: Flag.String("root").pipe(
      Flag.withMetavar("FOLDER"),
      Flag.withDescription("Where repositories are made; defaults to DROVER_REPOSITORIES"),
      Flag.withFallbackConfig(Config.String("DROVER_REPOSITORIES")),
      Flag.optional
    ),
    visible: given("public", "Whoever reaches the forge may read it")
  },
  Effect.fnUntraced(function* ({ address, name, root, visible }) {
    yield* operatorOnly("copy repositories")
    if (Option.isNone(root)) return yield* new FolderMissing()
    const onHost = yield* Effect.fromResult(hostedAddress(yield* codeHostSettings, address))
    const copied = yield* addHostedRepository({
      ...onHost,
      name: Option.getOrUndefined(name),
      root: resolve(root.value),
      visibility: visible ? "public" : undefined
    })
    yield* show(repositoryJson(copied), () => `Copied ${copied.name}: ${copied.path}\n`)
  })
).pipe(
  Command.withDescription(
    "Copy a repository of a code host of DROVER_CODE_HOSTS, with the site's credential. A worker keeps it up to date"
  ),
  Command.provide(batchForge)
)
