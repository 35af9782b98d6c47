/**
 * The limit of time that a step names, such as "5 minutes"; undefined for what is no time. Pure.
 */
import { Duration, Option } from "effect"

export const readTimeout = (text: string): Duration.Duration | undefined => {
  const duration = Option.getOrUndefined(Duration.fromInput(text as Duration.Input))
  return duration !== undefined && Duration.isFinite(duration) && Duration.toMillis(duration) > 0 ? duration : undefined
}
