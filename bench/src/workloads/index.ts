import type { Workload } from "../Bench.ts"
import { batchChanges } from "./batchChanges.ts"
import { backlog } from "./backlog.ts"
import { burnDown } from "./burnDown.ts"
import { codeIndex } from "./codeIndex.ts"
import { drain } from "./drain.ts"
import { enqueue } from "./enqueue.ts"
import { latency } from "./latency.ts"
import { mergeability } from "./mergeability.ts"
import { oneATransaction } from "./oneATransaction.ts"
import { pinned } from "./pinned.ts"
import { scaling } from "./scaling.ts"
import { steady } from "./steady.ts"

export const workloads: ReadonlyArray<Workload> = [
  burnDown,
  oneATransaction,
  latency,
  enqueue,
  backlog,
  pinned,
  drain,
  steady,
  scaling,
  mergeability,
  codeIndex,
  batchChanges
]
