/**
 * What one claim of a batch costs, whatever else is queued. Between claims, and not measured, the claimed jobs are
 * completed and as many enqueued, so that the backlog stays as it is.
 */
import type { JobStore } from "@drover/core"
import { Effect } from "effect"
import type postgres from "postgres"
import { now } from "../clock.ts"
import { fillJobs } from "./jobsTable.ts"
import type { ClaimsOptions } from "./System.ts"

const warmUp = 5

export const measureClaims = (store: JobStore, sql: postgres.Sql, { claims, first, limit }: ClaimsOptions) =>
  Effect.gen(function* () {
    const millis: Array<number> = []
    for (let claim = 0; claim < warmUp + claims; claim++) {
      const from = now()
      const { length } = yield* store.dequeueBatch(limit)
      millis.push(now() - from)
      if (length !== limit) return yield* Effect.die(new Error(`A claim of ${limit} jobs got ${length}`))
      yield* Effect.promise(async () => {
        await sql`update jobs set state = 'completed', finished_at = now() where state = 'processing'`
        await fillJobs(sql, first + claim * limit, limit)
      })
    }
    return millis.slice(warmUp)
  })
