import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { ChildProcessSpawner } from "effect/process"
import { Git, type GitOptions } from "../../src/index.ts"

/** Counts the processes that git is run in. */
export class Spawns extends Context.Service<
  Spawns,
  {
    readonly total: () => number
    /** The most that ran at once. */
    readonly peak: () => number
  }
>()("test/Spawns") {}

export const layer = (options: GitOptions = {}) => {
  let total = 0
  let running = 0
  let peak = 0
  const counting = Layer.effect(
    ChildProcessSpawner.ChildProcessSpawner,
    Effect.map(ChildProcessSpawner.ChildProcessSpawner, (spawner) =>
      ChildProcessSpawner.make((command) =>
        Effect.acquireRelease(
          Effect.sync(() => {
            total += 1
            running += 1
            peak = Math.max(peak, running)
          }),
          () => Effect.sync(() => (running -= 1))
        ).pipe(Effect.andThen(spawner.spawn(command)))
      )
    )
  )
  return Layer.merge(
    Git.layer(options).pipe(Layer.provide(counting), Layer.provideMerge(NodeServices.layer)),
    Layer.succeed(Spawns, { total: () => total, peak: () => peak })
  )
}
