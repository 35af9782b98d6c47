/**
 * A span around an effect, where somebody collects spans.
 *
 * Making one costs more than all else that a statement or a small job does in
 * the process, and without a tracer nobody would see it.
 */
import { Context, Effect, Tracer } from "effect"

export const inSpan = (
  name: string,
  attributes: Readonly<Record<string, unknown>> = {}
): (<A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>) => {
  const options = { attributes }
  return (effect) =>
    Effect.withFiber((fiber) => (isTraced(fiber.context) ? Effect.withSpan(effect, name, options) : effect))
}

/** A look at the one service: a map of all of them would be made anew for every job, whose log lines have services of their own. */
const isTraced = (services: Context.Context<never>): boolean =>
  Context.getOrUndefined(services, Tracer.Tracer) !== undefined
