/**
 * Whose turn it is among changesets that wait for the reconciler.
 *
 * Turns are numbers, and the lowest goes first. A batch change's next changeset takes the turn after that of its last,
 * or after the one whose turn it is, whichever comes later: ten thousand changesets of one batch change take ten
 * thousand turns, and another's first takes the next one.
 */
import { type SQL, sql } from "drizzle-orm"
import { changesets as c } from "../../schema/changesets.ts"

/** Proves the indexes of what waits, when it is written just so. */
export const waiting = sql`${c.reconcilerState} in ('queued', 'errored')`

/** How many of those that wait are looked at for the first that is due: those before it rest. */
const LOOK = 1000

/**
 * The turn that is being served: of what is processed, or else the one before the first that waits and is due. What
 * rests says nothing: it waits for a time and not for a turn. Served by `changesets_processing_idx` and
 * `changesets_ready_idx`.
 */
export const nowServing = (clock: SQL): SQL =>
  sql`coalesce(
    (select max(${c.turn}) from ${c} where ${c.reconcilerState} = 'processing'),
    (select first.turn - 1 from (
       select ${c.turn} as turn, ${c.processAfter} as process_after from ${c} where ${waiting}
       order by ${c.turn}, ${c.id} limit ${sql.raw(String(LOOK))}
     ) as first where first.process_after <= ${clock} limit 1),
    (select max(first.turn) from (
       select ${c.turn} as turn from ${c} where ${waiting} order by ${c.turn}, ${c.id} limit ${sql.raw(String(LOOK))}
     ) as first),
    0
  )`

/**
 * The last turn that a batch change waits for; zero for none. An owner that may be null is asked for in two ways, since
 * no index serves `is not distinct from`. Served by `changesets_turn_idx`.
 */
export const lastTurnOf = (owner: SQL): SQL =>
  sql`coalesce(case when ${owner} is null
    then (select max(${c.turn}) from ${c} where ${c.ownerId} is null and ${waiting})
    else (select max(${c.turn}) from ${c} where ${c.ownerId} = ${owner} and ${waiting})
  end, 0)`
