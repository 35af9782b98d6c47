/**
 * What keeps leases, and what takes back those of the dead.
 */
import { Duration, Effect } from "effect"
import type { WorkState } from "../../table/WorkState.ts"
import type { Limits } from "../StoreOptions.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import { heartbeat } from "../statements/heartbeat.ts"
import { resetStalled } from "../statements/resetStalled.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeLeases = <Id extends Key>(
  { context, database: { control }, operation, tracked }: StoreParts,
  limits: Limits
): Pick<WorkStore<unknown, Id>, "heartbeat" | "resetStalled"> => {
  const beat = heartbeat(context).prepare("heartbeat")
  const reset = resetStalled(context).prepare("resetStalled")
  const resetValues = {
    stalledMillis: Duration.toMillis(limits.stalledMaxAge),
    maxResets: limits.maxNumResets,
    message: limits.resetFailureMessage
  }

  const renew: WorkStore<unknown, Id>["heartbeat"] = tracked("heartbeat", (fences) =>
    Effect.map(
      control(() =>
        beat.execute({
          ids: fences.map(({ id }) => id),
          attempts: fences.map(({ attempt }) => attempt),
          workerHostnames: fences.map(({ workerHostname }) => workerHostname ?? null)
        })
      ),
      (rows) => ({
        held: rows.map(({ id }) => id as Id),
        canceled: rows.filter(({ cancel }) => cancel).map(({ id }) => id as Id)
      })
    )
  )

  return {
    heartbeat: (fences) => (fences.length === 0 ? Effect.succeed({ held: [], canceled: [] }) : renew(fences)),
    resetStalled: operation("resetStalled")(
      Effect.map(
        control(() => reset.execute(resetValues)),
        (rows) => {
          const ages = (state: WorkState) =>
            new Map(
              rows
                .filter((row) => row.state === state)
                .map((row) => [row.id as Id, row.age === null ? Duration.infinity : Duration.millis(row.age)] as const)
            )
          return { reset: ages("queued"), failed: ages("failed"), canceled: ages("canceled") }
        }
      )
    )
  }
}
