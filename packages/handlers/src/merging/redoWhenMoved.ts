import { Effect } from "effect"

/** How often a push may come between. */
const TIMES = 5

/** Does it again, from its first look, when somebody moved a ref under it. */
export const redoWhenMoved = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => Effect.retry(effect, { times: TIMES, while: ({ _tag }) => _tag === "RefMoved" })
