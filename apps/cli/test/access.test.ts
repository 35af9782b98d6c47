import { authenticate, findUser } from "@drover/handlers"
import { Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { forge } from "./support.ts"

describe("drover user, drover token", () => {
  const { drover, json, run, text } = forge()

  it("adds a user, once", async () => {
    expect(await json("user", "add", "mia", "--name", "Mia", "--email", "mia@drover.invalid")).toEqual({
      id: expect.any(Number),
      login: "mia",
      name: "Mia",
      email: "mia@drover.invalid",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
    })
    expect(await run(findUser("MIA"))).toMatchObject({ login: "mia", name: "Mia" })

    const again = await drover("user", "add", "Mia")
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining(`"Mia" is taken`)])
  })

  it("makes a token that works, prints it this once, and ends it", async () => {
    await text("user", "add", "bot")
    const printed = await text("token", "create", "bot", "--name", "ci", "--role", "read", "--expires", "90 days")
    const token = printed.trimEnd()
    expect(printed).toBe(`${token}\n`)
    expect(await run(authenticate(Redacted.make(token)))).toMatchObject({ user: { login: "bot" }, role: "read" })

    const table = await text("token", "list", "bot")
    expect(table).toMatch(/^ +\d+ +ci +read +ends in (89|90)d +\d+[sm] +\d+[sm]$/m)
    expect(table).not.toContain(token)
    const [listed] = (await json("token", "list", "bot")) as ReadonlyArray<Record<string, unknown>>
    expect(Object.keys(listed!)).toEqual(["id", "name", "role", "createdAt", "lastUsedAt", "expiresAt", "revokedAt"])

    await text("token", "revoke", "bot", String(listed!["id"]))
    expect(await run(authenticate(Redacted.make(token)))).toBeUndefined()
    const unknown = await drover("token", "revoke", "bot", "999")
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining("bot has no token 999")])
  })

  it("names the user that there is not, and how to add them", async () => {
    const { code, stderr } = await drover("token", "create", "nobody", "--name", "x")
    expect([code, stderr]).toEqual([3, `drover: There is no user "nobody": add them with \`drover user add nobody\`\n`])
  })

  it("does nothing as somebody there is not, nor what is the operator's alone as anybody", async () => {
    const [nobody, mia] = await Promise.all([
      drover("repo", "list", "--as", "nobody"),
      drover("jobs", "list", "--as", "mia", "--json")
    ])
    expect([nobody.code, nobody.stdout]).toEqual([3, ""])
    expect(mia.code).toBe(4)
    expect(JSON.parse(mia.stderr)).toMatchObject({ error: { _tag: "OperatorOnlyRefused", login: "mia" } })
  })

  it("takes no time that is none", async () => {
    const { code, stderr } = await drover("token", "create", "mia", "--name", "x", "--expires", "soon")
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Expected a time such as "30 seconds"`)])
  })
})
