/**
 * What orchestrators, Prometheus, git and code hosts ask the worker.
 *
 * `/healthz`: the process answers. `/readyz`: the database does too. `/metrics`: Prometheus text.
 * `/owner/name.git`: repositories, for git. `/hooks/kind`: webhooks of code hosts.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Database } from "@drover/core"
import { hostWebhookRoutes } from "@drover/handlers/batchChanges"
import { gitHttp } from "@drover/handlers/http"
import { sql } from "drizzle-orm"
import { Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { createServer } from "node:http"
import { measureQueues } from "./measureQueues.ts"
import { WorkerConfig } from "./WorkerConfig.ts"

/** How long the database may take to answer before the worker counts as not ready. */
const READY_WITHIN = "2 seconds"

/** A large push over a slow line takes as long as it takes. */
const NO_LIMIT = 0

const healthz = HttpRouter.add("GET", "/healthz", Effect.succeed(HttpServerResponse.jsonUnsafe({ status: "ok" })))

const readyz = HttpRouter.add(
  "GET",
  "/readyz",
  Database.use(({ control }) => control((db) => db.execute(sql`select 1`))).pipe(
    Effect.timeout(READY_WITHIN),
    Effect.as(HttpServerResponse.jsonUnsafe({ status: "ready" })),
    Effect.catch((error) =>
      Effect.succeed(HttpServerResponse.jsonUnsafe({ status: "unavailable", reason: error.message }, { status: 503 }))
    )
  )
)

const metrics = HttpRouter.add(
  "GET",
  "/metrics",
  Effect.gen(function* () {
    yield* measureQueues
    return HttpServerResponse.text(yield* PrometheusMetrics.format(), {
      contentType: "text/plain; version=0.0.4; charset=utf-8"
    })
  })
)

export class CannotServe extends Schema.TaggedError<CannotServe>()("CannotServe", {
  host: Schema.String,
  port: Schema.Number,
  cause: Schema.Defect()
}) {
  override get message() {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `Cannot serve health and metrics at ${this.host}, port ${this.port}: ${reason}. Set PORT to a free one`
  }
}

export const http = Layer.unwrap(
  Effect.map(WorkerConfig, ({ heardHosts, host, port }) =>
    HttpRouter.serve(Layer.mergeAll(healthz, readyz, metrics, gitHttp, hostWebhookRoutes(heardHosts)), {
      disableLogger: true
    }).pipe(
      Layer.provide(NodeHttpServer.layer(() => createServer({ requestTimeout: NO_LIMIT }), { host, port })),
      Layer.catchTag("ServeError", ({ cause }) => Layer.effectDiscard(new CannotServe({ host, port, cause })))
    )
  )
)
