/** A changeset of a repository on the forge, and a reconciler that does nothing but push, and may die at it. */
import { BranchMoved, type CodeHost } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { commitFiles, type FileChange, Git, isOid, Oid } from "@drover/git"
import { eq } from "drizzle-orm"
import { DateTime, Effect } from "effect"
import type { CommitSpec } from "../../src/batchChanges/push/Push.ts"
import { pushChangeset } from "../../src/batchChanges/push/pushChangeset.ts"
import type { PushIntent } from "../../src/batchChanges/push/PushIntent.ts"
import { changesets, changesetSteps } from "../../src/schema/changesets.ts"
import { ask } from "./history.ts"
import { hostScene } from "./hostScene.ts"

export const BRANCH = "drover/change"

export type Change = Readonly<Record<string, FileChange>>

/** Where a reconciler dies. */
export type Death = "before the step" | "before the push" | "after the push"

/** The diff that brings some changes to a commit. */
export const diffOn = Effect.fnUntraced(function* (repository: string, base: string, files: Change) {
  const git = yield* Git
  const author = { name: "Steps", email: "steps@drover.invalid", at: DateTime.makeUnsafe(1_650_000_000_000) }
  const changed = yield* commitFiles({ repository, parent: Oid.make(base), files, message: "Steps", author })
  const args = ["diff", "--binary", "--full-index", base, changed] as const
  return (yield* git.run({ args, repository })).stdout
})

export const specOn = Effect.fnUntraced(function* (
  repository: string,
  base: string,
  files: Change,
  more: Partial<CommitSpec> = {}
) {
  const spec: CommitSpec = {
    baseSha: base,
    diff: yield* diffOn(repository, base, files),
    commitMessage: "Change things\n\nBecause.",
    title: "Change things",
    authorName: "Ada",
    authorEmail: "ada@example.com",
    ...more
  }
  return spec
})

/** `main` has `a.txt`, ten lines, and whatever else is given. */
export const pushScene = Effect.fnUntraced(function* (files: Change = {}) {
  const { run } = yield* Database
  const scene = yield* hostScene("write")
  const { disk, host, repository } = scene
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index}\n`).join("")
  yield* disk.commit("main", { "a.txt": lines, ...files })
  const [row] = yield* run((db) =>
    db.insert(changesets).values({ repositoryId: repository.id, headRef: BRANCH }).returning({ id: changesets.id })
  )
  const { id } = row!

  const log = (intent: PushIntent) =>
    run((db) =>
      db.insert(changesetSteps).values({ changesetId: id, attempt: 1, operation: "push", intent: { ...intent } })
    )
  const dying = (death: Death | undefined): CodeHost => ({
    ...host,
    push: (options) =>
      death === "before the push"
        ? Effect.die("dead")
        : Effect.tap(host.push(options), () => (death === "after the push" ? Effect.die("dead") : Effect.void))
  })
  const state = Effect.map(
    run((db) => db.select().from(changesets).where(eq(changesets.id, id))),
    ([found]) => found!
  )

  /** As a reconciler would, which writes down what came of it unless it dies. */
  const push = Effect.fnUntraced(function* (
    spec: CommitSpec,
    {
      as = host,
      death,
      previous
    }: { readonly previous?: CommitSpec; readonly death?: Death; readonly as?: CodeHost } = {}
  ) {
    const outcome = yield* pushChangeset({
      host: death === undefined ? as : dying(death),
      repository,
      changeset: yield* state,
      spec: { ...spec, headRef: BRANCH },
      previousSpec: previous,
      before: (intent) => (death === "before the step" ? Effect.die("dead") : Effect.asVoid(log(intent)))
    })
    if (outcome._tag !== "Attention") {
      const { built, pushed } = outcome
      yield* run((db) => db.update(changesets).set({ builtSha: built, pushedSha: pushed }).where(eq(changesets.id, id)))
    }
    return outcome
  })

  const tip = Effect.map(host.tip({ repository, branch: BRANCH }), (found) => found ?? "")
  /** Without the newline at its end. */
  const file = (name: string) => ask(disk.path, "show", `${BRANCH}:${name}`)
  const paths = Effect.map(ask(disk.path, "ls-tree", "-r", "--name-only", BRANCH), (said) => said.split("\n"))
  return {
    ...scene,
    id,
    lines,
    state,
    push,
    tip,
    file,
    paths,
    /** A spec for `main` as it is. */
    spec: (change: Change, more?: Partial<CommitSpec>) =>
      Effect.flatMap(disk.tip("main"), (base) => specOn(disk.path, base, change, more)),
    steps: run((db) => db.select().from(changesetSteps).where(eq(changesetSteps.changesetId, id))),
    parents: (commit: string) =>
      Effect.map(ask(disk.path, "log", "-1", "--format=%P", commit), (said) => said.split(" ").filter(isOid)),
    /** The subjects of the commits that the branch has and `main` has not, the newest first. */
    subjects: Effect.map(ask(disk.path, "log", "--topo-order", "--format=%s", `main..${BRANCH}`), (said) =>
      said === "" ? [] : said.split("\n")
    )
  }
})

/** Somebody is faster, once. */
export const overtaken = (host: CodeHost, first: Effect.Effect<unknown>): CodeHost => {
  let once = true
  return {
    ...host,
    push: (options) =>
      Effect.suspend(() => {
        if (!once) return host.push(options)
        once = false
        return Effect.andThen(first, host.push(options))
      })
  }
}

/** Somebody is always faster. */
export const neverFirst = (host: CodeHost): CodeHost => ({
  ...host,
  push: ({ branch, expected, repository }) =>
    Effect.fail(new BranchMoved({ host: "local", repository: repository.name, branch, expected, actual: "elsewhere" }))
})
