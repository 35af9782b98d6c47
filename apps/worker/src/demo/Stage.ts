/**
 * A scene, the repository that it plays in, and who plays.
 */
import {
  createRepository,
  findRepository,
  openPullRequest,
  registerRepository,
  setProtection,
  setRole,
  type User
} from "@drover/handlers"
import { initBare } from "@drover/git"
import { Effect, FileSystem, type Redacted } from "effect"
import * as Clone from "./Clone.ts"
import type { Pull, Scene } from "./scenario.ts"

/** @category models */
export interface Stage {
  readonly scene: Scene
  readonly repositoryId: number
  readonly clone: Clone.Clone
  readonly ada: User
  readonly ben: User
  /** Nothing was there before. */
  readonly isNew: boolean
}

export interface StageOptions {
  readonly folder: string
  /** Where the worker answers. */
  readonly address: string
  readonly ada: User
  readonly ben: User
  readonly token: Redacted.Redacted
}

/** What is missing, in the database or on the disk, is made; the rest is kept. */
export const prepare = Effect.fnUntraced(function* ({ ada, address, ben, folder, token }: StageOptions, scene: Scene) {
  const { id: repositoryId } = yield* repositoryOf(`${folder}/repositories`, scene.name)
  yield* setRole({ repositoryId, userId: ada.id, role: "write" })
  yield* setRole({ repositoryId, userId: ben.id, role: "write" })
  const clone = {
    path: `${folder}/clones/${scene.name}.git`,
    url: `${address}/${scene.name}.git`,
    login: ada.login,
    token
  }
  yield* Clone.open(clone)
  yield* Clone.fetch(clone)
  const isNew = (yield* Clone.tip(clone.path, "main")) === null
  return { scene, repositoryId, clone, ada, ben, isNew } satisfies Stage
})

const repositoryOf = Effect.fnUntraced(function* (root: string, name: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = `${root}/${name}.git`
  const isThere = yield* fileSystem.exists(`${path}/HEAD`)
  const isKnown = (yield* findRepository(name)) !== undefined
  if (!isThere && !isKnown) return yield* createRepository({ name, root })
  if (!isThere) yield* initBare({ path })
  return yield* registerRepository({ name, path })
})

/** The first push, and the pull requests. */
export const fill = Effect.fnUntraced(function* (stage: Stage) {
  const { clone, repositoryId, scene } = stage
  yield* Clone.push(clone, yield* Clone.move(clone, { _tag: "Commit", commits: scene.commits }))
  if (scene.protection !== undefined) yield* setProtection({ repositoryId, pattern: "main", ...scene.protection })
  for (const pull of scene.pulls) {
    // a database whose repositories were thrown away still has theirs
    yield* Effect.catchTag(open(stage, pull), "PullRequestRejected", ({ message }) => Effect.logInfo(message))
  }
})

export const open = ({ ada, repositoryId }: Stage, { draft, head, title }: Pull) =>
  openPullRequest({ repositoryId, title, base: "main", head, draft, actorId: ada.id })
