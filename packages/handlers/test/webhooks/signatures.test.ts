import { assert, describe, it } from "@effect/vitest"
import { Webhook } from "standardwebhooks"
import { secretFault, signatures } from "../../src/webhooks/signatures.ts"

const id = "0b7b0f0e-8e0e-4a0e-9b0e-000000000001"
const body = Buffer.from('{"zen":"Grüße"}')
const timestamp = Math.floor(Date.now() / 1000)
const key = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`

const verify = (secret: string | Webhook, headers: Readonly<Record<string, string>>, sent: Buffer = body) =>
  (typeof secret === "string" ? new Webhook(secret) : secret).verify(sent.toString(), {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": headers["webhook-signature"]!
  })

describe("signatures", () => {
  it("are GitHub's", () => {
    const signed = signatures("It's a Secret to Everybody", { id, timestamp, body: Buffer.from("Hello, World!") })
    assert.strictEqual(
      signed["X-Hub-Signature-256"],
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )
    assert.match(signed["X-Hub-Signature"]!, /^sha1=[0-9a-f]{40}$/)
  })

  it("are Standard Webhooks', by a key in base64 and by plain text", () => {
    const signed = signatures(key(1), { id, timestamp, body })
    assert.strictEqual(
      signed["webhook-signature"],
      new Webhook(key(1)).sign(id, new Date(timestamp * 1000), body.toString())
    )
    assert.deepStrictEqual(verify(key(1), signed), { zen: "Grüße" })
    const plain = new Webhook("It's a Secret", { format: "raw" })
    assert.deepStrictEqual(verify(plain, signatures("It's a Secret", { id, timestamp, body })), { zen: "Grüße" })
  })

  it("are refused for another body and another secret", () => {
    const signed = signatures(key(1), { id, timestamp, body })
    assert.throws(() => verify(key(1), signed, Buffer.from('{"zen":"Gruesse"}')))
    assert.throws(() => verify(key(2), signed))
  })

  it("are made with each of several keys, so that receivers with either take the delivery", () => {
    const signed = signatures(`${key(2)} ${key(1)}`, { id, timestamp, body })
    for (const either of [key(1), key(2)]) assert.deepStrictEqual(verify(either, signed), { zen: "Grüße" })
    assert.throws(() => verify(key(3), signed))
  })
})

describe("a secret", () => {
  it.each([["plain text"], ["It's a Secret to Everybody"], [key(1)], [`${key(2)} ${key(1)}`]])(
    "may be %s",
    (secret) => {
      assert.isUndefined(secretFault(secret))
    }
  )

  it.each([[""], ["whsec_"], ["whsec_c2hvcnQ="], ["whsec_not base64!"], [`${key(1)} plain`]])(
    "may not be %j",
    (secret) => {
      assert.isString(secretFault(secret))
    }
  )
})
