/**
 * A repository of the forge with many open pull requests into one base.
 */
import { Database, JobQueue, JobRuntime } from "@drover/core"
import { Git } from "@drover/git"
import {
  pullRequests,
  recompute,
  recomputeBaseHandler,
  recomputeMergeabilityHandler,
  recordPush,
  registerRepository
} from "@drover/handlers"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { eq, sql } from "drizzle-orm"
import { Effect, type FileSystem, Layer, Logger, ManagedRuntime, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { now } from "../clock.ts"
import { crowdHistory, type CrowdSize, nextOnMain, topic } from "./crowdHistory.ts"

export interface Crowd {
  /** Moves the base and tells the forge, so that nothing is known of any pull request. */
  readonly push: () => Promise<void>
  /** Milliseconds of `git merge-tree --stdin` over the base and every head, and how many merge cleanly. */
  readonly bare: () => Promise<{ readonly millis: number; readonly clean: number }>
  /** Milliseconds of the job that computes them all, from its claim to its end. */
  readonly job: () => Promise<number>
  /** Milliseconds of computing so many of them one by one. */
  readonly alone: (count: number) => Promise<number>
  /** How many are known, and how many of these merge cleanly. */
  readonly counts: () => Promise<{ readonly known: number; readonly clean: number }>
  readonly close: () => Promise<void>
}

const handlers = [recomputeBaseHandler, recomputeMergeabilityHandler]

export const openCrowd = async (databaseUrl: string, size: CrowdSize): Promise<Crowd> => {
  const folder = mkdtempSync(join(tmpdir(), "drover-bench-crowd-"))
  const path = join(folder, "repository.git")
  const git = (args: ReadonlyArray<string>, input?: string | Buffer, env = {}) =>
    execFileSync("git", [`--git-dir=${path}`, ...args], {
      input: input ?? "",
      env: { PATH: process.env["PATH"], LC_ALL: "C", ...env },
      maxBuffer: 2 ** 30
    })
  execFileSync("git", ["init", "--bare", "--quiet", "--initial-branch=main", path])
  git(["fast-import", "--quiet"], Buffer.from(Array.from(crowdHistory(size)).join("")))
  // as a repository is that has been there for a while
  git(["repack", "-a", "-d", "--quiet"])
  git(["pack-refs", "--all"])

  const runtime = ManagedRuntime.make(
    Layer.mergeAll(JobQueue.layer, Git.layer()).pipe(
      Layer.provideMerge(Database.layer({ url: Redacted.make(databaseUrl) })),
      Layer.provideMerge(NodeServices.layer),
      Layer.provideMerge(Logger.layer([]))
    )
  )
  const run = <A, E>(
    effect: Effect.Effect<A, E, Layer.Success<typeof JobQueue.layer> | Database | Git | FileSystem.FileSystem>
  ) => runtime.runPromise(effect)

  const repository = await run(registerRepository({ name: "bench/crowd", path }))
  await run(open(repository.id, size.pulls))

  let rounds = 0
  return {
    push: async () => {
      git(["fast-import", "--quiet"], nextOnMain(rounds++))
      await run(recordPush({ repositoryId: repository.id, branches: ["main"] }))
    },
    bare: async () => {
      const base = git(["rev-parse", "main"]).toString().trim()
      const heads = git(["for-each-ref", "--format=%(objectname)", "refs/heads/topic-*"]).toString().trim().split("\n")
      const objects = mkdtempSync(join(folder, "objects-"))
      const env = { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(path, "objects") }
      const began = now()
      const input = heads.map((head) => `${base} ${head}\n`).join("")
      const out = git(["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", "--stdin"], input, env)
      const millis = now() - began
      rmSync(objects, { recursive: true })
      const clean = (`\0${out.toString()}`.match(/(?:^|\0)\0?1\0[0-9a-f]{40}\0(?=\0)/g) ?? []).length
      return { millis, clean }
    },
    job: async () => {
      const began = now()
      if (!(await run(JobRuntime.runOnce({ handlers })))) throw new Error("No job waits")
      return now() - began
    },
    alone: async (count) => {
      const some = await run(
        Database.use(({ run: ask }) => ask((db) => db.select({ id: pullRequests.id }).from(pullRequests).limit(count)))
      )
      const began = now()
      for (const { id } of some) await run(recompute(id))
      return now() - began
    },
    counts: async () => {
      const [found] = await run(
        Database.use(({ run: ask }) =>
          ask((db) =>
            db
              .select({
                known: sql<number>`count(${pullRequests.mergeable})::int`,
                clean: sql<number>`(count(*) filter (where ${pullRequests.mergeable}))::int`
              })
              .from(pullRequests)
              .where(eq(pullRequests.repositoryId, repository.id))
          )
        )
      )
      return found ?? { known: 0, clean: 0 }
    },
    close: async () => {
      await runtime.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** In one statement: how they are opened one by one is not what is measured. */
const open = (repositoryId: number, count: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db.insert(pullRequests).values(
        Array.from({ length: count }, (_, index) => ({
          repositoryId,
          number: index + 1,
          title: `Change ${index}`,
          baseRef: "main",
          headRef: topic(index)
        }))
      )
    )
  )
