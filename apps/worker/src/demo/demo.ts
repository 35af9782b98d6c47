/**
 * Something to watch: a few real repositories with pull requests, and people who go on working in them: pushing over
 * HTTP, reviewing, merging. And a fleet of services that one batch change moves to another Node.
 */
import { Routine } from "@drover/core"
import { listPullRequests } from "@drover/handlers"
import { CodeHosts } from "@drover/handlers/batchChanges"
import { Console, Effect, Layer, Redacted } from "effect"
import { fileURLToPath } from "node:url"
import { localAddress } from "../localAddress.ts"
import { WorkerConfig } from "../WorkerConfig.ts"
import { people } from "./people.ts"
import { perform } from "./perform.ts"
import { report } from "./report.ts"
import { fleet } from "./fleet/repositories.ts"
import { rollout } from "./fleet/rollout.ts"
import { scenes } from "./scenario.ts"
import { fill, prepare, type Stage } from "./Stage.ts"

const HAPPENS_EVERY = "4 seconds"
const defaultFolder = fileURLToPath(new URL("../../../../.dev/demo", import.meta.url))

/** Each stage in turn; on each its happenings in turn, with a number that none of its pull requests had. */
const keepHappening = Effect.fnUntraced(function* (stages: ReadonlyArray<Stage>) {
  const casts = yield* Effect.forEach(stages, (stage) =>
    Effect.map(listPullRequests({ repositoryId: stage.repositoryId, state: "all", limit: 1 }), ({ pullRequests }) => ({
      stage,
      round: pullRequests[0]?.number ?? 0,
      at: 0
    }))
  )
  let turn = 0
  const happen = Effect.gen(function* () {
    const cast = casts[turn++ % casts.length]!
    const { scene } = cast.stage
    const happenings = scene.happenings(cast.round)
    const { deeds, says } = happenings[cast.at % happenings.length]!
    yield* Console.log(`${scene.name}: ${says}`)
    cast.at++
    if (cast.at % happenings.length === 0) cast.round++
    yield* Effect.forEach(deeds, (deed) => perform(cast.stage, deed), { discard: true })
  })
  const routine = Routine.run({ name: "demo.happen", run: happen, interval: HAPPENS_EVERY })
  return yield* Effect.andThen(Effect.sleep(HAPPENS_EVERY), routine)
})

const invite = (address: string, token: Redacted.Redacted) =>
  [
    "Join in, in another terminal:",
    `  git clone http://ada:${Redacted.value(token)}@${address.replace(/^\w+:\/\//, "")}/acme/billing.git`,
    "  npx -y pnpm@12.20.0 drover pr list acme/billing",
    "  npx -y pnpm@12.20.0 drover search currency",
    "  npx -y pnpm@12.20.0 drover batch list"
  ].join("\n")

/** Needs the worker to answer over HTTP already. */
export const demo = Layer.effectDiscard(
  Effect.gen(function* () {
    const { demo: mode, demoFolder, host, port } = yield* WorkerConfig
    if (mode === "off") return
    const address = `http://${localAddress(host)}:${port}`
    const cast = yield* people
    const folder = demoFolder ?? defaultFolder
    const stages = yield* Effect.forEach(scenes, (scene) => prepare({ ...cast, folder, address }, scene))
    const bare = stages.filter(({ isNew }) => isNew)
    yield* Console.log(
      bare.length > 0
        ? `Made ${bare.length} repositories. Ada pushes to them and opens pull requests; the worker computes whether they merge, and indexes the code:`
        : "The repositories of last time are still here. Whatever happened to them meanwhile is seen to:"
    )
    yield* Effect.forkScoped(report)
    yield* Effect.forEach(bare, fill, { discard: true })
    yield* Console.log(invite(address, cast.token))
    const services = yield* Effect.forEach(fleet, (scene) => prepare({ ...cast, folder, address }, scene))
    yield* Effect.forEach(
      services.filter(({ isNew }) => isNew),
      fill,
      { discard: true }
    )
    yield* Effect.forkScoped(
      rollout(services).pipe(Effect.catch((error) => Effect.logError("The batch change of the demo stops here", error)))
    )
    if (mode === "on") yield* Effect.forkScoped(keepHappening(stages))
  })
).pipe(Layer.provide(CodeHosts.local))
