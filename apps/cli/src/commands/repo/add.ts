import { createRepository, HookAddress, type RegisterRepository, registerRepository } from "@drover/handlers"
import { Config, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { resolve } from "node:path"
import { operatorOnly } from "../../actor.ts"
import { given } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { repositoryJson } from "./repositoryJson.ts"

/** Neither is there a repository, nor is it said where to make one. @category errors */
export class FolderMissing extends Schema.TaggedError<FolderMissing>()("FolderMissing", {}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return "Give --path with a bare repository, or --root (or DROVER_REPOSITORIES) with the folder to make one in"
  }
}

export const addRepo = Command.make(
  "add",
  {
    name: Argument.String("name").pipe(Argument.withDescription("owner/name")),
    path: Flag.String("path").pipe(
      Flag.withMetavar("FOLDER"),
      Flag.withDescription("A bare repository on this host; without it an empty one is made"),
      Flag.optional
    ),
    root: Flag.String("root").pipe(
      Flag.withMetavar("FOLDER"),
      Flag.withDescription("Where repositories are made; defaults to DROVER_REPOSITORIES"),
      Flag.withFallbackConfig(Config.String("DROVER_REPOSITORIES")),
      Flag.optional
    ),
    defaultBranch: Flag.String("default-branch").pipe(
      Flag.withMetavar("BRANCH"),
      Flag.withDescription("Defaults to main, or to what it has"),
      Flag.optional
    ),
    visible: given("public", "Whoever reaches the forge may read it"),
    worker: Flag.String("worker").pipe(
      Flag.withMetavar("URL"),
      Flag.withDescription("Where this host's worker listens, for the repository's hook; or DROVER_WORKER_URL"),
      Flag.withFallbackConfig(Config.String("DROVER_WORKER_URL")),
      Flag.withDefault("http://127.0.0.1:4010")
    )
  },
  Effect.fnUntraced(function* ({ defaultBranch, name, path, root, visible, worker }) {
    yield* operatorOnly("add repositories")
    const options = {
      name,
      defaultBranch: Option.getOrUndefined(defaultBranch),
      visibility: visible ? ("public" as const) : undefined
    }
    const added = yield* add(options, Option.getOrUndefined(path), Option.getOrUndefined(root)).pipe(
      Effect.provideService(HookAddress, worker.replace(/\/+$/, ""))
    )
    yield* show(repositoryJson(added), () => `Added ${added.name}: ${added.path}\n`)
  })
).pipe(
  Command.withDescription("Register a bare repository, or make one. One that is there already is updated"),
  Command.provide(forge)
)

type Options = Omit<RegisterRepository, "path">

const add = Effect.fnUntraced(function* (options: Options, path: string | undefined, root: string | undefined) {
  if (path !== undefined) return yield* registerRepository({ ...options, path: resolve(path) })
  if (root !== undefined) return yield* createRepository({ ...options, root: resolve(root) })
  return yield* new FolderMissing()
})
