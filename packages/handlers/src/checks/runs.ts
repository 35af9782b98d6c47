/**
 * Check runs: one thing that a program tries on a commit. Trying it again under the same name is another attempt, and
 * the latest counts.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { requireRepository } from "../repositories/findRepository.ts"
import type { ActorId } from "../access/requireRole.ts"
import { type CheckConclusion, type CheckRunStatus, checkRuns } from "../schema/checks.ts"
import type { Role } from "../schema/users.ts"
import type { CheckRun } from "./bodies.ts"
import { CheckNotFound, CheckRejected } from "./CheckError.ts"
import { checkCommit, checkName, checkText, checkUrl } from "./checkFields.ts"
import { holdSuite } from "./suiteRuns.ts"
import { ensureSuite } from "./suites.ts"
import { tellOfRun } from "./tellOfRun.ts"

/** What can be said of a run. @category options */
export interface CheckRunFields {
  /** Defaults to `queued`, and to `completed` with a conclusion. */
  readonly status?: CheckRunStatus | undefined
  /** Comes with `completed`, and with nothing else. */
  readonly conclusion?: CheckConclusion | undefined
  readonly detailsUrl?: string | undefined
  /** At most 255 characters. */
  readonly title?: string | undefined
  /** Markdown. At most 65,535 characters. */
  readonly summary?: string | undefined
}

/** @category options */
export interface CreateRun extends CheckRunFields {
  readonly repositoryId: number
  /** The full id of a commit of the repository. */
  readonly headSha: string
  readonly name: string
  /** The program, whose suite the run becomes part of. Defaults to `drover`. */
  readonly app?: string | undefined
  readonly actorId?: ActorId
}

/** Takes write access. When the run started and ended is noted as it is told. @category operations */
export const createRun = Effect.fn("Checks.createRun")(function* (options: CreateRun) {
  const { actorId, app = "drover", name, repositoryId } = options
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const repository = yield* requireRepository(repositoryId, actorId, "write")
  yield* checkName("name", name)
  yield* checkName("app", app)
  const progress = yield* progressOf(options)
  yield* checkFields(options)
  const headSha = yield* checkCommit(repository.path, "head sha", options.headSha)
  return yield* transaction(
    Effect.gen(function* () {
      const suite = yield* ensureSuite({ repositoryId, headSha, app })
      yield* holdSuite(suite.id)
      const [made] = yield* run((db) =>
        db
          .insert(checkRuns)
          .values({
            suiteId: suite.id,
            repositoryId,
            headSha,
            name,
            ...progress,
            ...textsOf(options),
            startedAt: progress.status === "queued" ? null : clock,
            completedAt: progress.status === "completed" ? clock : null
          })
          .returning()
      )
      yield* tellOfRun(suite, made!, made!.status === "completed" ? "completed" : "created", actorId)
      return made!
    })
  )
})

/** @category options */
export interface UpdateRun extends CheckRunFields {
  readonly runId: number
  readonly actorId?: ActorId
}

/** What is left out stays. Takes write access. Served by the primary key. @category operations */
export const updateRun = Effect.fn("Checks.updateRun")(function* (options: UpdateRun) {
  const changed = options.status !== undefined || options.conclusion !== undefined
  const progress = changed ? yield* progressOf(options) : undefined
  yield* checkFields(options)
  return yield* change(options, ({ conclusion, status }) => ({
    ...(progress ?? { status, conclusion }),
    ...textsOf(options)
  }))
})

/** @category options */
export interface OneRun {
  readonly runId: number
  readonly actorId?: ActorId
}

/** Asks for it again: it goes back to the queue, without a conclusion. Takes write access. @category operations */
export const rerequestRun = Effect.fn("Checks.rerequestRun")(function* (options: OneRun) {
  return yield* change(options, () => ({ status: "queued", conclusion: null }))
})

/** @category operations */
export const findRun = ({ actorId, runId }: OneRun) => runFor(runId, actorId, "read")

type Next = Pick<CheckRun, "status" | "conclusion"> & Pick<CheckRunFields, "detailsUrl" | "title" | "summary">

const change = Effect.fnUntraced(function* ({ actorId, runId }: OneRun, next: (held: CheckRun) => Next) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const { suiteId } = yield* runFor(runId, actorId, "write")
  return yield* transaction(
    Effect.gen(function* () {
      const suite = yield* holdSuite(suiteId)
      const held = yield* runFor(runId, actorId, "write")
      const { status, ...rest } = next(held)
      const [changed] = yield* run((db) =>
        db
          .update(checkRuns)
          .set({
            ...rest,
            status,
            startedAt: status === "queued" ? null : (held.startedAt ?? clock),
            completedAt: status === "completed" ? (held.completedAt ?? clock) : null
          })
          .where(eq(checkRuns.id, runId))
          .returning()
      )
      const action = status === held.status ? undefined : actions[status]
      yield* tellOfRun(suite!, changed!, action, actorId)
      return changed!
    })
  )
})

/** GitHub tells nobody that a run began. */
const actions = { queued: "rerequested", in_progress: undefined, completed: "completed" } as const

const runFor = Effect.fnUntraced(function* (runId: number, actorId: ActorId, role: Role) {
  const { run } = yield* Database
  const [found] = yield* run((db) => db.select().from(checkRuns).where(eq(checkRuns.id, runId)))
  const missing = new CheckNotFound({ kind: "check run", id: runId })
  if (found === undefined) return yield* missing
  yield* requireRepository(found.repositoryId, actorId, role).pipe(
    Effect.catchTag("RepositoryUnknown", () => Effect.fail(missing))
  )
  return found
})

const progressOf = ({ conclusion, status = conclusion === undefined ? "queued" : "completed" }: CheckRunFields) =>
  (status === "completed") === (conclusion !== undefined)
    ? Effect.succeed({ status, conclusion: conclusion ?? null })
    : Effect.fail(new CheckRejected({ field: "conclusion", rule: "comes with the status completed, and only with it" }))

const checkFields = Effect.fnUntraced(function* ({ detailsUrl, summary, title }: CheckRunFields) {
  yield* checkUrl("details URL", detailsUrl)
  yield* checkText("title", title, 255)
  yield* checkText("summary", summary, 65_535)
})

const textsOf = ({ detailsUrl, summary, title }: CheckRunFields) => ({ detailsUrl, title, summary })
