import { JobKind, JobQueue } from "@drover/core"
import { Effect, Option, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { forge } from "./support.ts"

const Resize = JobKind.make("resize", {
  payload: Schema.Struct({ image: Schema.String }),
  dedupeKey: ({ image }) => image
})
const Welcome = JobKind.make("welcome", { payload: Schema.Struct({ user: Schema.String }) })

describe("drover jobs", () => {
  const { drover, json, run, text } = forge()
  const idOf = (effect: Effect.Effect<{ readonly id: number }, unknown, JobQueue>) =>
    run(Effect.map(effect, ({ id }) => id))
  /** Runs the next job until it fails for good. */
  const fail = (message: string) =>
    run(
      Effect.gen(function* () {
        const { store } = yield* JobQueue
        const claim = Option.getOrThrow(yield* store.dequeue({ workerHostname: "worker-1" }))
        yield* store.addExecutionLogEntry(claim, {
          key: "shrink",
          command: ["convert", "a b.png"],
          startTime: "2026-11-24T10:00:00.000Z",
          exitCode: 1,
          durationMs: 12,
          out: "no such file\u001B[2J\n"
        })
        yield* store.markFailed(claim, message)
        return claim.id
      })
    )

  it("lists the newest first, by kind and state, a page at a time", async () => {
    const first = await idOf(Resize.enqueue({ image: "a.png" }))
    const second = await idOf(Welcome.enqueue({ user: "mia" }))
    const third = await idOf(Resize.enqueue({ image: "c.png" }))
    await fail("cannot read a.png")

    const ids = async (...args: ReadonlyArray<string>) =>
      ((await json("jobs", "list", ...args)) as ReadonlyArray<{ readonly id: number }>).map(({ id }) => id)
    const [all, resizes, failed, several, page] = await Promise.all([
      ids(),
      ids("--kind", "resize"),
      ids("--state", "failed"),
      ids("--state", "failed", "--state", "queued", "--kind", "resize"),
      ids("--limit", "1", "--before", String(third))
    ])
    expect(all).toEqual([third, second, first])
    expect(resizes).toEqual([third, first])
    expect(failed).toEqual([first])
    expect(several).toEqual([third, first])
    expect(page).toEqual([second])

    const lines = (await text("jobs", "list")).split("\n")
    expect(lines[0]).toMatch(/^ID +KIND +STATE +ATTEMPT +AGE +ABOUT$/)
    expect(lines[2]).toMatch(/ welcome +queued +0\/5 +\d+[sm] +\{"user":"mia"\}$/)
    expect(lines[3]).toMatch(/ resize +failed +1\/5 +\d+[sm] +cannot read a\.png$/)
  })

  it("shows a job with its failure and its logs, and sends no control character of theirs to the terminal", async () => {
    const id = await idOf(Resize.enqueue({ image: "show.png" }, { priority: -10 }))
    expect(await fail("cannot read\nshow.png")).toBe(id)

    const shown = await text("jobs", "show", String(id))
    expect(shown).toContain(`Job ${id}: resize\n`)
    expect(shown).toMatch(/^State: +failed$/m)
    expect(shown).toMatch(/^Worker: +worker-1$/m)
    expect(shown).toContain("\nFailure\n  cannot read\n  show.png\n")
    expect(shown).toContain("\nshrink (2026-11-24T10:00:00.000Z, 12 ms, exit code 1)\n  $ convert a b.png\n")
    expect(shown).toContain("  no such file\\u001B[2J\n")
    expect(await json("jobs", "show", String(id))).toMatchObject({
      id,
      kind: "resize",
      state: "failed",
      attempt: 1,
      failures: 1,
      dedupeKey: "show.png",
      payload: { image: "show.png" },
      failureMessage: "cannot read\nshow.png",
      worker: "worker-1",
      executionLogs: [{ key: "shrink", exitCode: 1 }]
    })
  })

  it("queues a failed job afresh, once", async () => {
    const id = await idOf(Resize.enqueue({ image: "retry.png" }, { priority: -10 }))
    await fail("no")

    expect(await text("jobs", "retry", String(id))).toBe(`Job ${id} is queued\n`)
    expect(await json("jobs", "show", String(id))).toMatchObject({ state: "queued", finishedAt: null })
  })

  it("refuses to retry a job whose key another has", async () => {
    const id = await idOf(Resize.enqueue({ image: "twin.png" }, { priority: -15 }))
    await fail("no")
    await run(Resize.enqueue({ image: "twin.png" }))

    const { code, stderr, stdout } = await drover("jobs", "retry", String(id))
    expect(stderr).toContain(`Job ${id} is failed: another job with its key waits or runs`)
    expect([code, stdout]).toEqual([4, ""])
  })

  it("retries a completed job only when told so, and never one that runs", async () => {
    const id = await idOf(Welcome.enqueue({ user: "ada" }, { priority: -20 }))
    const claim = await run(
      Effect.flatMap(JobQueue, ({ store }) => Effect.map(store.dequeue(), (found) => Option.getOrThrow(found)))
    )
    expect(claim.id).toBe(id)
    const running = await drover("jobs", "retry", String(id))
    expect([running.code, running.stderr]).toEqual([4, expect.stringContaining("it runs already")])

    await run(Effect.flatMap(JobQueue, ({ store }) => store.markComplete(claim)))
    const completed = await drover("jobs", "retry", String(id))
    expect([completed.code, completed.stderr]).toEqual([4, expect.stringContaining("give --completed")])
    expect(await text("jobs", "retry", String(id), "--completed")).toBe(`Job ${id} is queued\n`)
  })

  it("cancels what waits, asks what runs to stop, and leaves what is finished alone", async () => {
    const waiting = await idOf(Welcome.enqueue({ user: "waits" }))
    expect(await text("jobs", "cancel", String(waiting))).toBe(`Job ${waiting} is canceled\n`)
    const again = await drover("jobs", "cancel", String(waiting), "--json")
    expect(again.code).toBe(4)
    expect(JSON.parse(again.stderr)).toEqual({
      error: {
        _tag: "JobRefused",
        message: `Job ${waiting} is canceled: it is finished, and cannot be canceled`,
        id: waiting,
        state: "canceled",
        reason: "it is finished, and cannot be canceled",
        exitCode: 4
      }
    })

    const running = await idOf(Welcome.enqueue({ user: "runs" }, { priority: -30 }))
    await run(Effect.flatMap(JobQueue, ({ store }) => store.dequeue()))
    expect(await text("jobs", "cancel", String(running))).toBe(`Job ${running} runs, and was asked to stop\n`)
    expect(await json("jobs", "show", String(running))).toMatchObject({ state: "processing", cancelRequested: true })
  })

  it("says that there is no such job", async () => {
    const { code, stderr } = await drover("jobs", "show", "999999")
    expect([code, stderr]).toEqual([3, expect.stringContaining("There is no job 999999")])
  })
})
