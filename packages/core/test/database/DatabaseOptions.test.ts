import { Effect, Layer, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { Database } from "../../src/index.ts"
import type { DatabaseOptions } from "../../src/index.ts"

const messageOf = (options: Partial<Omit<DatabaseOptions, "url">>, url = "postgres://somebody@127.0.0.1:1/nothing") =>
  Effect.runPromise(
    Effect.flip(Effect.scoped(Layer.build(Database.layer({ ...options, url: Redacted.make(url) })))).pipe(
      Effect.map(({ message }) => message)
    )
  )

describe("Options of a database", () => {
  it.each([
    ["connections", { connections: 0 }, "database: `connections` must be a whole number from 1, but is 0"],
    [
      "controlConnections",
      { controlConnections: 1.5 },
      "`controlConnections` must be a whole number from 1, but is 1.5"
    ],
    ["markConnections", { markConnections: -1 }, "`markConnections` must be a whole number from 1, but is -1"],
    ["connectTimeout", { connectTimeout: 0 }, "`connectTimeout` must be at least one millisecond"],
    ["acquireTimeout", { acquireTimeout: "soon" as never }, '`acquireTimeout` must be a duration such as "5 seconds"'],
    [
      "statementTimeout",
      { statementTimeout: "0 seconds" as const },
      "`statementTimeout` must be at least one millisecond"
    ]
  ])("name a %s that cannot work", async (_field, options, message) => {
    expect(await messageOf(options)).toContain(message)
  })

  it("show the form of a url, and keep the secret in it", async () => {
    const message = await messageOf({}, "mysql://root:hunter2@localhost/db")

    expect(message).toContain("`url` must be of the form postgres://user:password@host:port/database")
    expect(message).not.toContain("hunter2")
  })
})
