import { Command } from "effect/cli"
import { apply } from "./apply.ts"
import { bulk } from "./bulk/bulk.ts"
import { burndownBatch } from "./burndown.ts"
import { changesets } from "./changesets.ts"
import { closeBatch, reopenBatch } from "./close.ts"
import { collisions } from "./collisions.ts"
import { events } from "./events.ts"
import { listBatches } from "./list.ts"
import { logs } from "./logs.ts"
import { preview } from "./preview.ts"
import { revert } from "./revert.ts"
import { showBatch } from "./show.ts"

export const batch = Command.make("batch").pipe(
  Command.withDescription("Batch changes: one change to many repositories"),
  Command.withSubcommands([
    preview,
    apply,
    listBatches,
    showBatch,
    changesets,
    collisions,
    burndownBatch,
    bulk,
    events,
    logs,
    closeBatch,
    reopenBatch,
    revert
  ])
)
