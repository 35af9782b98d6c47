import { describe, expect, it } from "@effect/vitest"
import { connect } from "node:net"

describe("the guard of the tests", () => {
  it("refuses an address elsewhere before it connects, by fetch and by socket", async () => {
    await expect(fetch("http://192.0.2.1/")).rejects.toMatchObject({
      cause: { message: "A test would connect to 192.0.2.1: tests speak to 127.0.0.1 alone" }
    })
    await expect(fetch("https://api.github.com/")).rejects.toMatchObject({
      cause: { message: "A test would connect to api.github.com: tests speak to 127.0.0.1 alone" }
    })
    expect(() => connect(443, "192.0.2.1")).toThrow("A test would connect to 192.0.2.1")
  })
})
