import { Config } from "effect"
import { Flag } from "effect/cli"

export const secret = Flag.Redacted("secret").pipe(
  Flag.withDescription(
    "What deliveries are signed with; better given as DROVER_WEBHOOK_SECRET, which no process list shows"
  ),
  Flag.withFallbackConfig(Config.Redacted("DROVER_WEBHOOK_SECRET")),
  Flag.optional
)
