/**
 * One attempt at a changeset: what it was when it was loaded, and what the steps have made of it since.
 */
import type { CodeHost } from "@drover/code-hosts"
import { LeaseLost, type DatabaseError, Database, DatabaseClock, type Fence } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import type { ConnectError } from "../host/HostCredentialError.ts"
import type { ExternalState } from "../states.ts"
import type { Reconciled } from "./loadReconciled.ts"

export interface Run extends Reconciled {
  readonly claim: Fence<number>
  /** Connects when it is first asked for: what speaks to no host needs no credential. */
  readonly host: Effect.Effect<CodeHost, ConnectError>
  /** The pull request, once it is there. */
  readonly externalId: string | null
  readonly external: ExternalState
  /** This attempt moved the branch. */
  readonly pushed: boolean
  /** That it was asked to be closed has been seen to. */
  readonly closeAnswered: boolean
}

/** What a step changes of it. */
export type Changed = Partial<Pick<Run, "closeAnswered" | "external" | "externalId" | "pushed">>

/** Holds while the attempt is the current one. */
export const isOurs = ({ attempt, id }: Fence<number>) =>
  and(eq(changesets.id, id), eq(changesets.attempt, attempt), eq(changesets.reconcilerState, "processing"))

export const leaseLost = ({ attempt, id }: Fence<number>) => new LeaseLost({ store: "batches_reconciler", id, attempt })

type Columns = Parameters<ReturnType<typeof update>["set"]>[0]
const update = (db: Database["Service"]["db"]) => db.update(changesets)

/** Writes columns of a changeset that only its reconciler writes. Fails with `LeaseLost`, and writes nothing, where it no longer is. Served by the primary key. */
export const writeOwn = Effect.fnUntraced(function* (
  claim: Fence<number>,
  columns: Columns
): Effect.fn.Return<void, LeaseLost | DatabaseError, Database> {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const rows = yield* run((db) =>
    update(db)
      .set({ ...columns, updatedAt: clock })
      .where(isOurs(claim))
      .returning({ id: changesets.id })
  )
  if (rows.length === 0) return yield* leaseLost(claim)
})
