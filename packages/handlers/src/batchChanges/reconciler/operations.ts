/**
 * How each operation of a plan is done.
 */
import { archive } from "./operations/archive.ts"
import { close } from "./operations/close.ts"
import { detach } from "./operations/detach.ts"
import { importing } from "./operations/importing.ts"
import { publish, publishDraft } from "./operations/publish.ts"
import { push } from "./operations/push.ts"
import { reattach } from "./operations/reattach.ts"
import { reopen } from "./operations/reopen.ts"
import { sync } from "./operations/sync.ts"
import { undraft } from "./operations/undraft.ts"
import { update } from "./operations/update.ts"
import { wait } from "./operations/wait.ts"
import type { Operation } from "../plan/Operation.ts"
import { Effect } from "effect"
import type { Run, Changed } from "./Run.ts"

const all = {
  push,
  detach,
  archive,
  reattach,
  import: importing,
  publish,
  publishDraft,
  close,
  reopen,
  undraft,
  update,
  wait,
  sync
}

/** What all of them fail with and need. */
type Failure = { [O in Operation]: Effect.Error<ReturnType<(typeof all)[O]>> }[Operation]
type Needed = { [O in Operation]: Effect.Services<ReturnType<(typeof all)[O]>> }[Operation]

/** Gives what the operation changed of the run. */
export const operate = (operation: Operation, run: Run): Effect.Effect<Changed, Failure, Needed> => all[operation](run)
