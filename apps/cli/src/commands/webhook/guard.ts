import { webhookGuard } from "@drover/handlers"
import { Config, Effect, Layer } from "effect"

/** The operator's exceptions, as the worker reads them. */
export const guard = Layer.unwrap(
  Effect.map(Config.String("DROVER_WEBHOOK_ALLOW").pipe(Config.withDefault("")), (allow) =>
    webhookGuard(allow, { setting: "DROVER_WEBHOOK_ALLOW" })
  )
)
