import { Database } from "@drover/core"
import { Git } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Deferred, Effect, Fiber, Queue } from "effect"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import {
  cancelWorkspaces,
  enqueueWorkspaces,
  executeSpec,
  listWorkspaces,
  makeWorkspaceWorker,
  readWorkspaceResults,
  retryWorkspaces,
  type WorkspaceProgress,
  workspacesOf
} from "../../src/batchChanges/index.ts"
import { stepResults } from "../../src/schema/batchSpecs.ts"
import { batchSpecs } from "../../src/schema/batchChanges.ts"
import { alterRepository } from "../support/codeIndex.ts"
import { moveAway } from "../support/scene.ts"
import { queueSpec, repositoryWith, runOne, runSpec, specForge, specText } from "./support/specs.ts"

/** A folder that steps may tell of themselves in. */
const witnessed = Effect.gen(function* () {
  const { temporaryFolder } = yield* Git
  const folder = yield* temporaryFolder
  return { folder, seen: () => readdirSync(folder).toSorted() }
})

const steps = (name: string, ...commands: ReadonlyArray<string>) =>
  specText({ on: [{ repository: name }], steps: commands.map((run) => ({ run })) })

/** Asks until it is so. */
const until = (holds: () => boolean) =>
  Effect.sync(holds).pipe(Effect.tap(Effect.sleep("20 millis")), Effect.repeat({ until: (held) => held }))

layer(specForge(), { excludeTestServices: true, timeout: "60 seconds" })("the steps that were run before", (it) => {
  it.effect("are not run again, in this spec or another", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { folder, seen } = yield* witnessed
      const count = `echo x >> ${folder}/runs; echo two > a.txt; echo said`
      const first = yield* runOne(steps(name, count))
      const second = yield* runOne(steps(name, count))

      assert.deepStrictEqual([first.row.cached, second.row.cached], [false, true])
      assert.strictEqual(readFileSync(`${folder}/runs`, "utf8"), "x\n")
      assert.deepStrictEqual(seen(), ["runs"])
      assert.deepStrictEqual(second.diff, first.diff)
      assert.deepStrictEqual(second.result, first.result)
    })
  )

  it.effect("stand, when only the last step is another", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { folder } = yield* witnessed
      const count = `echo x >> ${folder}/runs; echo two > a.txt; mkdir -p empty/folder`
      yield* runOne(steps(name, count, "echo 1 > b"))
      const { diff, result, row } = yield* runOne(
        steps(name, count, "ls -d empty/folder; cat a.txt > b; git status --short")
      )

      assert.isFalse(row.cached)
      assert.strictEqual(readFileSync(`${folder}/runs`, "utf8"), "x\n")
      assert.deepStrictEqual(
        row.executionLogs!.map(({ key }) => key),
        ["step.2"]
      )
      assert.strictEqual(result!.steps[1]!.stdout, "empty/folder\nM  a.txt\n?? b\n")
      assert.match(String(diff), /-one\n\+two\n[^]*\+two\n/)
      assert.deepStrictEqual(result!.changedPaths, { modified: ["a.txt"], added: ["b"], deleted: [], renamed: [] })
    })
  )

  it.effect("are run again, when they left what no diff has and something comes after them", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({ ".gitignore": "modules\n" })
      const { folder } = yield* witnessed
      const install = `echo x >> ${folder}/runs; mkdir modules; echo tool > modules/tool`
      yield* runOne(steps(name, install, "cat modules/tool > b"))
      const same = yield* runOne(steps(name, install, "cat modules/tool > b"))
      assert.isTrue(same.row.cached)

      const other = yield* runOne(steps(name, install, "cat modules/tool > c"))
      assert.strictEqual(other.row.failureMessage, null)
      assert.strictEqual(readFileSync(`${folder}/runs`, "utf8"), "x\nx\n")
    })
  )

  it.effect("are others, when what their templates give is another, and the same, when it is not", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const spec = (description: string, run: string) =>
        specText({ description, on: [{ repository: name }], steps: [{ run, env: { WHO: "${{ repository.name }}" } }] })
      yield* runOne(spec("first", "echo $WHO"))
      assert.isTrue((yield* runOne(spec("second", "echo $WHO"))).row.cached)

      yield* runOne(spec("first", "echo ${{ batch_change.description }}"))
      assert.isFalse((yield* runOne(spec("second", "echo ${{ batch_change.description }}"))).row.cached)
    })
  )

  it.effect("give their outputs anew from what they wrote", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const spec = (value: string) =>
        specText({
          on: [{ repository: name }],
          steps: [{ run: "echo -n said; echo x > new", outputs: { it: { value } } }]
        })
      yield* runOne(spec("${{ step.stdout }}"))
      const { result, row } = yield* runOne(spec("${{ step.added_files }} ${{ step.stdout }}!"))

      assert.isTrue(row.cached)
      assert.deepStrictEqual(result!.outputs, { it: "new said!" })
    })
  )

  it.effect("are run all the same for whoever wants them anew, and that counts from then on", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { folder } = yield* witnessed
      writeFileSync(`${folder}/version`, "1\n")
      const spec = steps(name, `cat ${folder}/version > a.txt`)
      yield* runOne(spec)
      writeFileSync(`${folder}/version`, "2\n")

      assert.include(String((yield* runOne(spec)).diff), "+1\n")
      assert.include(String((yield* runOne(spec, { cache: false })).diff), "+2\n")
      assert.include(String((yield* runOne(spec)).diff), "+2\n")
    })
  )

  it.effect("are not kept when they failed", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { folder } = yield* witnessed
      const spec = steps(name, `test -e ${folder}/there`)
      assert.strictEqual((yield* runOne(spec)).row.state, "failed")
      writeFileSync(`${folder}/there`, "")
      assert.strictEqual((yield* runOne(spec)).row.state, "completed")
    })
  )

  it.effect("say when they were of use last, once an hour", () =>
    Effect.gen(function* () {
      const { run } = yield* Database
      yield* run((db) => db.delete(stepResults))
      const { name } = yield* repositoryWith()
      const used = run((db) => db.select({ at: stepResults.lastUsedAt, key: stepResults.key }).from(stepResults))
      const spec = steps(name, "echo it")
      yield* runOne(spec)
      const [kept] = yield* used
      yield* runOne(spec)
      assert.deepStrictEqual(yield* used, [kept])

      yield* run((db) =>
        db.update(stepResults).set({ lastUsedAt: sql`${stepResults.lastUsedAt} - interval '2 hours'` })
      )
      yield* runOne(spec)
      const [again] = yield* used
      assert.isAtLeast(again!.at.getTime(), kept!.at.getTime())
    })
  )
})

layer(specForge(), { excludeTestServices: true, timeout: "60 seconds" })("the workers of workspaces", (it) => {
  it.effect("tell how far a spec is, and work on no other", () =>
    Effect.gen(function* () {
      const one = yield* repositoryWith()
      const two = yield* repositoryWith()
      const other = yield* queueSpec(steps(one.name, "true"))
      const told: Array<WorkspaceProgress> = []
      const { progress } = yield* runSpec(
        specText({
          on: [one, two].map(({ name }) => ({ repository: name })),
          steps: [{ run: `test '\${{ repository.name }}' = ${one.name}` }]
        }),
        { concurrency: 1, onProgress: (now) => Effect.sync(() => told.push(now)) }
      )

      const ended = { total: 2, queued: 0, processing: 0, completed: 1, cached: 0, failed: 1, canceled: 0, ended: true }
      assert.deepStrictEqual(progress, ended)
      assert.deepStrictEqual(told.at(-1), ended)
      assert.isFalse(told[0]!.ended)
      assert.deepInclude(yield* workspacesOf(other.batchSpecId), { total: 1, queued: 1, ended: false })
    })
  )

  it.effect("share one spec, and each workspace is run once", () =>
    Effect.gen(function* () {
      const { folder } = yield* witnessed
      const all = yield* Effect.forEach(Array.from({ length: 6 }), () => repositoryWith())
      const { batchSpecId } = yield* queueSpec(
        specText({
          on: all.map(({ name }) => ({ repository: name })),
          steps: [{ run: `mkdir ${folder}/$(echo '\${{ repository.name }}' | tr / -)` }]
        })
      )
      const ends = yield* Effect.all(
        [executeSpec({ batchSpecId, concurrency: 2 }), executeSpec({ batchSpecId, concurrency: 2 })],
        { concurrency: "unbounded" }
      )

      assert.deepStrictEqual(
        ends.map(({ completed }) => completed),
        [6, 6]
      )
      assert.strictEqual(readdirSync(folder).length, 6)
    })
  )

  it.effect("stop what is canceled, with its processes, and what waits does not begin", () =>
    Effect.gen(function* () {
      const { folder, seen } = yield* witnessed
      const all = yield* Effect.forEach(Array.from({ length: 2 }), () => repositoryWith())
      const { batchSpecId } = yield* queueSpec(
        specText({
          on: all.map(({ name }) => ({ repository: name })),
          steps: [{ run: `echo $$ > ${folder}/began; sleep 600 & wait; touch ${folder}/never` }]
        })
      )
      const running = yield* Effect.forkScoped(executeSpec({ batchSpecId, concurrency: 1 }))
      yield* until(() => existsSync(`${folder}/began`) && readFileSync(`${folder}/began`, "utf8") !== "")
      const pid = readFileSync(`${folder}/began`, "utf8").trim()
      const { canceled, requested } = yield* cancelWorkspaces(batchSpecId)
      const progress = yield* Fiber.join(running)

      assert.deepStrictEqual([canceled.length, requested.length], [1, 1])
      assert.deepInclude(progress, { canceled: 2, ended: true })
      assert.deepStrictEqual(seen(), ["began"])
      assert.isFalse(existsSync(`/proc/${pid}`))

      assert.strictEqual(yield* retryWorkspaces(batchSpecId), 2)
      assert.deepInclude(yield* workspacesOf(batchSpecId), { queued: 2, canceled: 0 })
    })
  )

  it.effect("give back what they hold when they are interrupted, and leave no process", () =>
    Effect.gen(function* () {
      const { folder } = yield* witnessed
      const { name } = yield* repositoryWith()
      const { batchSpecId } = yield* queueSpec(steps(name, `echo $$ > ${folder}/began; sleep 600`))
      const running = yield* Effect.forkScoped(executeSpec({ batchSpecId }))
      yield* until(() => existsSync(`${folder}/began`) && readFileSync(`${folder}/began`, "utf8") !== "")
      const pid = readFileSync(`${folder}/began`, "utf8").trim()
      yield* Fiber.interrupt(running)

      assert.isFalse(existsSync(`/proc/${pid}`))
      assert.deepInclude(yield* workspacesOf(batchSpecId), { queued: 1, failed: 0 })
    })
  )

  it.effect("leave no temporary folder, whatever the rights in it", () =>
    Effect.gen(function* () {
      const { folder } = yield* witnessed
      const { name } = yield* repositoryWith()
      yield* runOne(
        steps(
          name,
          `pwd > ${folder}/where; mkdir -p $HOME/closed/in; chmod 000 $HOME/closed; echo $HOME >> ${folder}/where`
        )
      )

      for (const path of readFileSync(`${folder}/where`, "utf8").trim().split("\n"))
        assert.isFalse(existsSync(path), path)
    })
  )

  it.effect("say when the last workspace of a spec has ended, however it ended", () =>
    Effect.gen(function* () {
      const ended = yield* Queue.unbounded<number>()
      const one = yield* repositoryWith()
      const two = yield* repositoryWith()
      const { batchSpecId } = yield* queueSpec(
        specText({
          on: [one, two].map(({ name }) => ({ repository: name })),
          steps: [{ run: `test '\${{ repository.name }}' = ${one.name}` }]
        })
      )
      yield* makeWorkspaceWorker({
        batchSpecId,
        concurrency: 1,
        onSpecEnded: (id) => Effect.andThen(Queue.offer(ended, id), Effect.fail("it is only logged"))
      })

      assert.strictEqual(yield* Queue.take(ended), batchSpecId)
      assert.deepInclude(yield* workspacesOf(batchSpecId), { completed: 1, failed: 1, ended: true })
    })
  )

  it.effect("fail for good what lies in a repository that was archived meanwhile", () =>
    Effect.gen(function* () {
      const { id, name } = yield* repositoryWith()
      const { batchSpecId } = yield* queueSpec(steps(name, "true"))
      yield* alterRepository(id, { archivedAt: new Date() })
      yield* executeSpec({ batchSpecId })

      const [row] = yield* listWorkspaces({ batchSpecId })
      assert.strictEqual(row!.state, "failed")
      assert.strictEqual(
        row!.failureMessage,
        `${name} was archived after the spec was made: make the spec again without it`
      )
    })
  )

  it.effect("try again what a host could not do", () =>
    Effect.gen(function* () {
      const git = yield* Git
      const { name } = yield* repositoryWith()
      const { batchSpecId } = yield* queueSpec(steps(name, "true"))
      const held = yield* Deferred.make<void>()
      let tries = 0
      const full = Effect.suspend(() => {
        if (tries++ > 0) return git.temporaryFolder
        return Effect.map(git.temporaryFolder, (folder) => {
          rmSync(folder, { recursive: true })
          Deferred.doneUnsafe(held, Effect.void)
          return folder
        })
      })
      const progress = yield* executeSpec({ batchSpecId }).pipe(
        Effect.provideService(Git, Git.of({ ...git, temporaryFolder: full }))
      )
      yield* Deferred.await(held)

      const [row] = yield* listWorkspaces({ batchSpecId })
      assert.deepInclude(progress, { completed: 1 })
      assert.strictEqual(row!.attempt, 2)
      assert.strictEqual(row!.numFailures, 1)
    })
  )

  it.effect("fail for good where the repository is not where it was", () =>
    Effect.gen(function* () {
      const { id, name } = yield* repositoryWith()
      const { batchSpecId } = yield* queueSpec(steps(name, "true"))
      yield* moveAway(id)
      yield* executeSpec({ batchSpecId })

      const [row] = yield* listWorkspaces({ batchSpecId })
      assert.deepInclude(row!, { state: "failed", attempt: 1 })
      assert.match(row!.failureMessage!, /^There is no git repository at /)
    })
  )

  it.effect("complete a spec that brings its diffs without running anything", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({ "a.txt": "one\n" })
      const diff = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n one\n+two\n"
      const { batchSpecId } = yield* queueSpec(specText({ diffs: [{ repository: name, diff }] }))

      assert.deepInclude(yield* workspacesOf(batchSpecId), { total: 1, completed: 1, cached: 0, ended: true })
      const [result] = yield* readWorkspaceResults({ batchSpecId })
      assert.match(
        String(Buffer.from(result!.diff)),
        /^diff --git a\/a\.txt b\/a\.txt\nindex [0-9a-f]{40}\.\.[0-9a-f]{40} 100644\n/
      )
      assert.deepStrictEqual(result!.result, {
        steps: [],
        outputs: {},
        changedPaths: { modified: ["a.txt"], added: [], deleted: [], renamed: [] }
      })
    })
  )

  it.effect("find the workspaces of a spec once, however often they are asked to keep them", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const source = steps(name, "true")
      const { batchSpecId, resolved } = yield* queueSpec(source)
      yield* enqueueWorkspaces({ batchSpecId, workspaces: resolved.workspaces })

      assert.deepInclude(yield* workspacesOf(batchSpecId), { total: 1 })
      const { run } = yield* Database
      const [row] = yield* run((db) => db.select().from(batchSpecs).where(eq(batchSpecs.id, batchSpecId)))
      assert.isNotNull(row!.resolvedAt)
    })
  )
})
