import { NodeServices } from "@effect/platform-node"
import { Layer } from "effect"
import { Git, type GitOptions } from "../../src/index.ts"

/** Real git, and the platform under it. */
export const gitLayer = (options: GitOptions = {}) => Git.layer(options).pipe(Layer.provideMerge(NodeServices.layer))

/** `layer` runs its tests on the real clock: processes take real time. */
export const realTime = { excludeTestServices: true } as const
