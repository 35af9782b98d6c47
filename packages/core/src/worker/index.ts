/** A worker and its resetter: `Worker.layer`, `Worker.make`, and the types of their options. */
export { layer, make, type Worker } from "./Worker.ts"
export type { OnErrorOf, PreDequeue, WorkerHooks, WorkerSettings, WorkOptions } from "./WorkerOptions.ts"
