/** Batch changes and their changesets, put into the tables as they are, and pull requests for them in memory. */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import {
  batchChanges,
  changesetAssociations,
  changesets,
  changesetSpecs,
  createUser,
  namespaceMembers,
  namespaces,
  repositories,
  setRole
} from "../../src/index.ts"
import { seenOf } from "../../src/batchChanges/changesets/saveSeen.ts"
import { MemoryHost } from "./MemoryHost.ts"

let made = 0

export const person = (login = "person") => createUser({ login: `${login}-${made++}` })

/** Of an organisation with one member, who is its creator. */
export const batchChange = Effect.fnUntraced(function* () {
  const { run } = yield* Database
  const member = yield* person("member")
  const [namespace] = yield* run((db) =>
    db
      .insert(namespaces)
      .values({ kind: "organisation", name: `namespace-${made++}` })
      .returning()
  )
  yield* run((db) => db.insert(namespaceMembers).values({ namespaceId: namespace!.id, userId: member.id }))
  const [row] = yield* run((db) =>
    db
      .insert(batchChanges)
      .values({ namespaceId: namespace!.id, name: `change-${made++}`, creatorId: member.id, lastApplierId: member.id })
      .returning()
  )
  return { id: row!.id, namespaceId: namespace!.id, member: member.id }
})

type Columns = Partial<typeof changesets.$inferInsert>

export interface MakeChangeset {
  readonly batchChangeId: number
  /** Who may write to its repository. */
  readonly writer?: number | undefined
  /** What its spec says; undefined: it was imported. Defaults to null, which leaves it to people. */
  readonly published?: "true" | "false" | "draft" | null | undefined
  readonly imported?: boolean | undefined
  readonly archived?: boolean | undefined
  /** Defaults to a pull request that is open. */
  readonly columns?: Columns | undefined
  readonly visibility?: "public" | "private" | undefined
}

export const repository = Effect.fnUntraced(function* (visibility: "public" | "private" = "private", writer?: number) {
  const { run } = yield* Database
  const name = `acme/repository-${made++}`
  const [row] = yield* run((db) =>
    db
      .insert(repositories)
      .values({ name, path: `/nowhere/${name}`, visibility })
      .returning()
  )
  if (writer !== undefined) yield* setRole({ repositoryId: row!.id, userId: writer, role: "write" })
  return row!
})

/** A changeset with a pull request that the host in memory has. */
export const changeset = Effect.fnUntraced(function* ({
  archived = false,
  batchChangeId,
  columns = {},
  imported = false,
  published = null,
  visibility,
  writer
}: MakeChangeset) {
  const { run } = yield* Database
  const memory = yield* MemoryHost
  const { id: repositoryId, name, path } = yield* repository(visibility, writer)
  const pull = memory.open({ id: repositoryId, name, path }, { headSha: "head" })
  const specId = imported ? null : yield* changesetSpec(repositoryId, published)
  const [row] = yield* run((db) =>
    db
      .insert(changesets)
      .values({
        repositoryId,
        ownerId: imported ? null : batchChangeId,
        currentSpecId: specId,
        publication: "published",
        ...seenOf(pull),
        headRef: pull.headRef,
        ...columns
      })
      .returning()
  )
  yield* run((db) => db.insert(changesetAssociations).values({ changesetId: row!.id, batchChangeId, archived }))
  return {
    id: row!.id,
    repository: name,
    repositoryId,
    externalId: pull.externalId,
    what: `${name}#${pull.externalId}`
  }
})

const changesetSpec = Effect.fnUntraced(function* (repositoryId: number, published: "true" | "false" | "draft" | null) {
  const { run } = yield* Database
  const [spec] = yield* run((db) =>
    db
      .insert(changesetSpecs)
      .values({ repositoryId, kind: "branch", diff: new Uint8Array(), published })
      .returning({ id: changesetSpecs.id })
  )
  return spec!.id
})

export const changesetRow = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(changesets).where(eq(changesets.id, id))),
      ([row]) => row!
    )
  )
