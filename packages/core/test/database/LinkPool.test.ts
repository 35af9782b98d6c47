import { Redacted } from "effect"
import { inject, describe, expect, it, onTestFinished } from "vitest"
import { makeDriver } from "../../src/database/driver.ts"
import { Link } from "../../src/database/Link.ts"
import { LinkPool } from "../../src/database/LinkPool.ts"

const driverOf = (url: string) =>
  makeDriver(Redacted.make(url), { applicationName: "test", connectMillis: 5000, statementMillis: undefined })

const poolOf = (max: number, acquireMillis = 20_000) => {
  const driver = driverOf(inject("postgresUrl"))
  let opened = 0
  const open = (onDeath: () => void) => {
    opened++
    return Link.open(driver, { onDeath })
  }
  const pool = new LinkPool({ open, max, acquireMillis })
  onTestFinished(() => pool.close())
  return { pool, opened: () => opened }
}

const ask = (pool: LinkPool | Link, statement: string, ...values: ReadonlyArray<unknown>) =>
  Promise.resolve(pool.unsafe(statement, values, { prepare: true }))

/** Rows of a statement that waits until `open` is called. */
const latch = async (pool: LinkPool, key: number) => {
  const { granted } = pool.acquire()
  const { link, release } = await granted
  await ask(link, "select pg_advisory_lock($1::int)", key)
  return {
    open: async () => {
      await ask(link, "select pg_advisory_unlock($1::int)", key)
      release()
    }
  }
}
const waitFor = (pool: LinkPool, key: number) => ask(pool, "select pg_advisory_xact_lock($1::int), 1 as one", key)

/** A statement is lazy: it stands in line a few microtasks after it was asked. */
const sent = () => new Promise(setImmediate)

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no failure",
    (error: unknown) => (error instanceof Error ? error.message : String(error))
  )

let keys = process.pid * 100

describe("A pool of links", () => {
  it("opens a link when all are taken, and no more than it may", async () => {
    const { opened, pool } = poolOf(3)

    await Promise.all(Array.from({ length: 20 }, () => ask(pool, "select pg_backend_pid()")))

    expect(opened()).toBe(3)
  })

  it("keeps statements off a link whose statement is slow, while another is free", async () => {
    const { pool } = poolOf(3)
    const key = keys++
    const held = await latch(pool, key)
    const slow = waitFor(pool, key)

    for (let n = 0; n < 40; n++) await ask(pool, "select 1")

    expect(await Promise.race([slow.then(() => "answered"), Promise.resolve("waiting")])).toBe("waiting")
    await held.open()
    await slow
  })

  it("shares a link when there is no other, and answers in order", async () => {
    const { pool } = poolOf(1)

    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(pool, "select $1::int as n", n)))

    expect(answers.map((rows) => (rows as ReadonlyArray<{ n: number }>)[0]?.n)).toEqual(
      Array.from({ length: 50 }, (_, n) => n)
    )
  })

  it("lets no statement overtake a transaction that waits for a link to itself", async () => {
    const { pool } = poolOf(1)
    const key = keys++
    const held = await latch(poolOf(1).pool, key)
    await ask(pool, "select 1")
    const running = waitFor(pool, key)
    await sent()
    const transaction = pool.acquire()
    let answered = false
    const last = ask(pool, "select 1").then(() => (answered = true)) // could share the link at once
    await sent()
    await held.open()

    const { release } = await transaction.granted
    await sent()

    expect(answered).toBe(false)
    release()
    await Promise.all([running, last])
  })

  it("fails what a dead link was doing, refuses what comes after, and opens another", async () => {
    const { opened, pool } = poolOf(1)
    const { link, release } = await pool.acquire().granted
    const outside = poolOf(1).pool

    const failure = failureOf(ask(link, "select pg_sleep(600)"))
    await sent()
    await ask(outside, "select pg_terminate_backend($1::int, 10000)", link.backend)
    expect(await failure).toMatch(/terminating connection|closed/i)
    await expect(ask(link, "select 1")).rejects.toThrow("the connection was closed")
    release()

    expect(await ask(pool, "select 1 as one")).toMatchObject([{ one: 1 }])
    expect(opened()).toBe(2)
  })

  it("fails one that waits too long, and gives a link that comes too late to the next", async () => {
    const { pool } = poolOf(1, 200)
    const { release } = await pool.acquire().granted

    await expect(ask(pool, "select 1")).rejects.toThrow("no connection became free within 200 ms")
    release()

    expect(await ask(pool, "select 1 as one")).toMatchObject([{ one: 1 }])
  })

  it("gives back what was granted to one that no longer waits", async () => {
    const { pool } = poolOf(1)
    const request = pool.acquire()
    await request.granted

    request.cancel()

    expect(await ask(pool, "select 1 as one")).toMatchObject([{ one: 1 }])
  })

  it("fails all that wait when it closes", async () => {
    const { pool } = poolOf(1)
    await pool.acquire().granted
    const failure = failureOf(ask(pool, "select 1"))
    await sent()

    await pool.close()

    expect(await failure).toContain("the database layer is closed")
    await expect(ask(pool, "select 1")).rejects.toThrow("the database layer is closed")
  })

  it("says why when there is no server", async () => {
    const driver = driverOf("postgres://postgres@127.0.0.1:1/postgres")
    const pool = new LinkPool({ open: (onDeath) => Link.open(driver, { onDeath }), max: 2, acquireMillis: 5000 })

    await expect(ask(pool, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" })
    await expect(ask(pool, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" })
  })
})
