import { Command } from "effect/cli"
import { closePr } from "./close.ts"
import { commentPr } from "./comment.ts"
import { editPr } from "./edit.ts"
import { listPrs } from "./list.ts"
import { mergePr } from "./merge.ts"
import { openPr } from "./open.ts"
import { readyPr } from "./ready.ts"
import { reopenPr } from "./reopen.ts"
import { reviewPr } from "./review.ts"
import { showPr } from "./show.ts"

export const pr = Command.make("pr").pipe(
  Command.withDescription("Pull requests"),
  Command.withSubcommands([openPr, listPrs, showPr, editPr, readyPr, commentPr, reviewPr, mergePr, closePr, reopenPr])
)
