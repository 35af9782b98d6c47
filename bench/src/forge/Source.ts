/**
 * A repository of the forge with many files, to be indexed.
 */
import { Database, JobQueue } from "@drover/core"
import { Git } from "@drover/git"
import { registerRepository, type Reindexed, reindexCode } from "@drover/handlers"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { sql } from "drizzle-orm"
import { Layer, Logger, ManagedRuntime, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { now } from "../clock.ts"
import { bareCopy } from "./bareCopy.ts"
import { nextOnMain } from "./crowdHistory.ts"
import { sourceHistory } from "./sourceHistory.ts"

export interface Source {
  /** Milliseconds of `cat-file` and COPY, without the index or with it. */
  readonly bare: (indexed: boolean) => Promise<{ readonly millis: number; readonly rows: number }>
  /** Forgets the index. */
  readonly forget: () => Promise<void>
  /** Pushes one file. */
  readonly push: () => void
  readonly reindex: () => Promise<{ readonly millis: number; readonly outcome: Reindexed }>
  readonly close: () => Promise<void>
}

export const openSource = async (databaseUrl: string, files: number): Promise<Source> => {
  const folder = mkdtempSync(join(tmpdir(), "drover-bench-source-"))
  const path = join(folder, "repository.git")
  const git = (args: ReadonlyArray<string>, input = "") =>
    execFileSync("git", [`--git-dir=${path}`, ...args], { input, maxBuffer: 2 ** 30 }).toString()
  execFileSync("git", ["init", "--bare", "--quiet", "--initial-branch=main", path])
  git(["fast-import", "--quiet"], Array.from(sourceHistory(files)).join(""))
  git(["repack", "-a", "-d", "--quiet"])
  const oids = git(["ls-tree", "-r", "--format=%(objectname)", "main"]).trim().split("\n").toSorted()

  const runtime = ManagedRuntime.make(
    Layer.mergeAll(JobQueue.layer, Git.layer()).pipe(
      Layer.provideMerge(Database.layer({ url: Redacted.make(databaseUrl) })),
      Layer.provideMerge(NodeServices.layer),
      Layer.provideMerge(Logger.layer([]))
    )
  )
  const repository = await runtime.runPromise(registerRepository({ name: "bench/source", path }))
  const ask = (statement: string) =>
    runtime.runPromise(Database.use(({ run }) => run((db) => db.execute(sql.raw(statement)))))

  let rounds = 0
  return {
    bare: (indexed) => bareCopy({ databaseUrl, repository: path, oids, indexed }),
    forget: async () => {
      await ask("truncate code_files, code_blobs, code_index_state")
      await ask("checkpoint")
    },
    push: () => void git(["fast-import", "--quiet"], nextOnMain(rounds++)),
    reindex: async () => {
      const began = now()
      const outcome = await runtime.runPromise(reindexCode(repository.id))
      return { millis: now() - began, outcome }
    },
    close: async () => {
      await runtime.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
