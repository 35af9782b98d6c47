/** The forge's tables in a database of its own, real git, and the job queue. */
import { JobQueue } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { Git } from "@drover/git"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Layer, References } from "effect"
import { inject } from "vitest"
import { GitControl } from "./support/GitControl.ts"

export const forge = () =>
  Layer.mergeAll(JobQueue.layer, GitControl.layer.pipe(Layer.provide(Git.layer()))).pipe(
    Layer.provideMerge(TestDatabase.layer({ adminUrl: inject("postgresUrl"), template: inject("templateDatabase") })),
    Layer.provideMerge(NodeServices.layer),
    Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "None"))
  )
