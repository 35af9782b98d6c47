import { Command } from "effect/cli"
import { cancelBulk, listBulk, resumeBulk, showBulk } from "./look.ts"
import {
  closeBulk,
  commentBulk,
  detachBulk,
  draftBulk,
  labelBulk,
  mergeBulk,
  publishBulk,
  reopenBulk,
  retryBulk,
  syncBulk
} from "./operations.ts"

export const bulk = Command.make("bulk").pipe(
  Command.withDescription("Do something to many changesets at once"),
  Command.withSubcommands([
    commentBulk,
    mergeBulk,
    closeBulk,
    reopenBulk,
    publishBulk,
    draftBulk,
    syncBulk,
    labelBulk,
    detachBulk,
    retryBulk,
    listBulk,
    showBulk,
    cancelBulk,
    resumeBulk
  ])
)
