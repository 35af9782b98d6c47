/** What `randomWalks.test.ts` shows of the decision, on real repositories: with files, conflicts and pushes that race. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { CodeHosts } from "../../../src/batchChanges/host/CodeHosts.ts"
import type { CommitSpec } from "../../../src/batchChanges/push/Push.ts"
import { forge } from "../../support.ts"
import { ask } from "../../support/history.ts"
import { BRANCH, type Death, overtaken, pushScene } from "../../support/pushScene.ts"
import { randomly } from "../../support/randomly.ts"

const SEEDS = 20
const STEPS = 15

const deaths: ReadonlyArray<Death | undefined> = [
  undefined,
  undefined,
  "before the step",
  "before the push",
  "after the push"
]

layer(CodeHosts.local.pipe(Layer.provideMerge(forge())), { excludeTestServices: true })("random pushes", (it) => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    it.effect(`lose nothing that people committed (seed ${seed})`, () =>
      Effect.gen(function* () {
        const { among, upTo } = randomly(seed)
        const { disk, host, people, push, repository, spec } = yield* pushScene()
        const tip = host.tip({ repository, branch: BRANCH })
        /** The commits of people on the branch. */
        const theirs = Effect.flatMap(tip, (at) =>
          at === null
            ? Effect.succeed<ReadonlyArray<string>>([])
            : Effect.map(ask(disk.path, "log", "--format=%H %an", at, "--not", "main"), (said) =>
                said.split("\n").filter((line) => line.endsWith(" Test"))
              )
        )
        const files = () => ({ [`${among(["b", "c", "d"])}.txt`]: `${upTo(1000)}\n` })
        let wanted: CommitSpec = yield* spec(files())
        let previous: CommitSpec | undefined

        for (let step = 0; step < STEPS; step++) {
          const at = yield* tip
          switch (upTo(6)) {
            case 0:
              previous = wanted
              wanted = yield* spec(files())
              break
            case 1:
              if (at !== null) yield* people.commit(BRANCH, files())
              break
            case 2:
              if (at !== null && upTo(3) === 0)
                yield* people.move(BRANCH, yield* ask(disk.path, "rev-parse", `${at}~1`))
              break
            default: {
              const before = yield* theirs
              const faster = at !== null && upTo(4) === 0 ? people.commit(BRANCH, files()) : Effect.void
              const death = among(deaths)
              yield* Effect.exit(
                push(wanted, {
                  as: overtaken(host, faster),
                  ...(death === undefined ? {} : { death }),
                  ...(previous === undefined ? {} : { previous })
                })
              )
              assert.includeMembers([...(yield* theirs)], [...before], `step ${step}`)
            }
          }
        }
        const last = yield* push(wanted)
        const again = yield* push(wanted)
        assert.strictEqual(again._tag, last._tag === "Attention" ? "Attention" : "UpToDate")
      })
    )
  }
})
