/** A repository of the forge as a code host has it, and people who work there too. */
import type { ContractScene } from "@drover/code-hosts/testing"
import { Database, type JobQueue } from "@drover/core"
import { commitFiles, type Git, Oid } from "@drover/git"
import { TestRepository } from "@drover/git/testing"
import { eq, sql } from "drizzle-orm"
import { DateTime, Effect, type FileSystem } from "effect"
import { CodeHosts, hostRepository } from "../../src/batchChanges/host/CodeHosts.ts"
import {
  addComment,
  createUser,
  listComments,
  pullRequests,
  recordPush,
  registerRepository,
  repositories,
  type Role,
  setRole
} from "../../src/index.ts"
import { ask } from "./history.ts"
import { runAll } from "./queue.ts"

let scenes = 0

export type HostServices = CodeHosts | Database | Git | JobQueue | FileSystem.FileSystem

/** Connects as somebody with a role; undefined: as Drover. */
export const hostScene = Effect.fnUntraced(function* (role?: Role) {
  const services = yield* Effect.context<HostServices>()
  const done = <A, E>(effect: Effect.Effect<A, E, HostServices>) =>
    Effect.orDie(Effect.provideContext(effect, services))

  const disk = yield* TestRepository.make()
  yield* disk.commit("main", { "a.txt": "one\n" })
  const name = `hosted/${scenes++}`
  const row = yield* registerRepository({ name, path: disk.path })
  const repository = hostRepository(row)
  const repositoryId = row.id
  const member = Effect.fnUntraced(function* (login: string, as: Role) {
    const user = yield* createUser({ login: `${login}-${repositoryId}` })
    yield* setRole({ repositoryId, userId: user.id, role: as })
    return user.id
  })
  const person = yield* member("person", "write")
  const actor = role === undefined ? null : yield* member("actor", role)
  const { connect } = yield* CodeHosts
  const host = yield* connect({ repository: row, subject: { _tag: "Changeset", lastApplierId: actor } })

  const told = (branch: string) => recordPush({ repositoryId, actorId: person, branches: [branch] })
  const has = (branch: string) => Effect.map(ask(disk.path, "branch", "--list", branch), (found) => found !== "")
  const pullRequestId = Effect.fnUntraced(function* (externalId: string) {
    const { run } = yield* Database
    const [found] = yield* run((db) =>
      db
        .select({ id: pullRequests.id })
        .from(pullRequests)
        .where(sql`${pullRequests.repositoryId} = ${repositoryId} and ${pullRequests.number} = ${Number(externalId)}`)
    )
    return found?.id ?? 0
  })

  const scene: ContractScene = {
    host,
    repository,
    people: {
      commit: (branch, files) =>
        done(
          Effect.gen(function* () {
            const commit = yield* disk.commit(branch, files, (yield* has(branch)) ? {} : { from: "main" })
            yield* told(branch)
            return commit
          })
        ),
      move: (branch, to) =>
        done(
          Effect.andThen(
            to === null ? disk.deleteBranch(branch) : disk.forcePush(branch, Oid.make(to)),
            Effect.asVoid(told(branch))
          )
        ),
      say: (externalId, body) =>
        done(
          Effect.flatMap(pullRequestId(externalId), (id) => addComment({ pullRequestId: id, body, actorId: person }))
        ).pipe(Effect.asVoid),
      comments: (externalId) =>
        done(
          Effect.map(
            Effect.flatMap(pullRequestId(externalId), (id) => listComments({ pullRequestId: id })),
            (rows) => rows.map(({ body }) => body)
          )
        ),
      message: (commit) => done(ask(disk.path, "log", "-1", "--format=%B", commit)),
      archive: done(
        Database.use(({ run }) =>
          run((db) =>
            db
              .update(repositories)
              .set({ archivedAt: sql`now()` })
              .where(eq(repositories.id, repositoryId))
          )
        )
      ).pipe(Effect.asVoid)
    },
    build: (parent, files) =>
      done(
        commitFiles({
          repository: disk.path,
          parent: Oid.make(parent),
          files,
          message: "Built",
          author: { name: "Builder", email: "builder@drover.invalid", at: DateTime.makeUnsafe(1_700_000_000_000) }
        })
      ),
    settle: Effect.asVoid(done(runAll))
  }
  return { ...scene, disk, told, person, actor: actor ?? undefined, repositoryId, pullRequestId }
})
