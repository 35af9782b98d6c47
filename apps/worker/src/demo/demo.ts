/**
 * Something to watch: a few real repositories with pull requests, and people who go on pushing to them.
 */
import { Database, Routine } from "@drover/core"
import { openPullRequest, recordPush, registerRepository, repositories } from "@drover/handlers"
import { Console, Effect, FileSystem, Layer } from "effect"
import { fileURLToPath } from "node:url"
import { WorkerConfig } from "../WorkerConfig.ts"
import * as DemoRepository from "./DemoRepository.ts"
import { report } from "./report.ts"
import { type Scene, scenes } from "./scenario.ts"

const PUSH_EVERY = "4 seconds"
const defaultFolder = fileURLToPath(new URL("../../../../.dev/repositories", import.meta.url))

/** A scene, and the repository that it plays in. */
interface Stage {
  readonly scene: Scene
  readonly path: string
  readonly repositoryId: number
}

/** Repositories that are missing on disk are made; the database's are kept. */
const prepare = Effect.fnUntraced(function* (folder: string, scene: Scene) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = `${folder}/${scene.name}.git`
  if (!(yield* fileSystem.exists(`${path}/HEAD`))) {
    yield* fileSystem.makeDirectory(path, { recursive: true })
    yield* DemoRepository.create(path, scene.commits)
  }
  const { id } = yield* registerRepository({ name: scene.name, path })
  return { scene, path, repositoryId: id } satisfies Stage
})

const openAll = Effect.fnUntraced(function* ({ repositoryId, scene }: Stage) {
  for (const { draft, head, title } of scene.pulls) {
    yield* openPullRequest({ repositoryId, title, base: "main", head, draft })
  }
})

/** What may have happened to the branches while nobody looked. */
const catchUp = ({ repositoryId, scene }: Stage) =>
  recordPush({ repositoryId, branches: ["main", ...scene.pulls.map(({ head }) => head)] })

const keepPushing = (stages: ReadonlyArray<Stage>) => {
  let turn = 0
  const pushNext = Effect.gen(function* () {
    const round = Math.floor(turn / stages.length)
    const { path, repositoryId, scene } = stages[turn++ % stages.length]!
    const pushes = scene.pushes(Date.now())
    const change = pushes[round % pushes.length]!
    const branch = yield* DemoRepository.push(path, change)
    const affected = yield* recordPush({ repositoryId, branches: [branch] })
    yield* Console.log(`${scene.name}: ${change.says} → ${affected.length} pull request(s) to compute`)
  })
  return Effect.andThen(
    Effect.sleep(PUSH_EVERY),
    Routine.run({ name: "demo.push", run: pushNext, interval: PUSH_EVERY })
  )
}

export const demo = Layer.effectDiscard(
  Effect.gen(function* () {
    const config = yield* WorkerConfig
    if (config.demo === "off") return
    const [known] = yield* Database.use(({ run }) => run((db) => db.select().from(repositories).limit(1)))
    const stages = yield* Effect.forEach(scenes, (scene) => prepare(config.demoFolder ?? defaultFolder, scene))
    yield* Console.log(
      known === undefined
        ? `Made ${stages.length} repositories. Opening pull requests; the worker computes whether they merge:`
        : "The repositories of last time are still here. The worker looks at their pull requests again:"
    )
    yield* Effect.forkScoped(report)
    if (known === undefined) yield* Effect.forEach(stages, openAll, { discard: true })
    else yield* Effect.forEach(stages, catchUp, { discard: true })
    yield* Effect.forkScoped(keepPushing(stages))
  })
)
