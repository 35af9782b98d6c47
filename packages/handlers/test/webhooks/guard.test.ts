import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer, References } from "effect"
import { buildConnector } from "undici"
import { webhookGuard, WebhookSender } from "../../src/index.ts"
import { none, parse } from "../../src/webhooks/guard/AllowList.ts"
import { judgeAddress } from "../../src/webhooks/guard/judgeAddress.ts"
import { rawReceiver, receiver } from "../support/Receiver.ts"

/** Of names that a test made up: no name server is asked. */
const names: Readonly<Record<string, ReadonlyArray<string>>> = {
  localhost: ["127.0.0.1", "::1"],
  "rebound.test": ["127.0.0.1"],
  "mixed.test": ["93.184.216.34", "10.0.0.1"],
  "empty.test": []
}

const harness = () => {
  const asked: Array<string> = []
  const opened: Array<string> = []
  return {
    asked,
    opened,
    resolve: (name: string) => {
      asked.push(name)
      const found = names[name]
      if (found === undefined) throw new Error(`nobody knows ${name}`)
      return Promise.resolve(found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })))
    },
    // never connects: whatever comes here has left the machine
    makeConnector: (): buildConnector.connector => (options, callback) => {
      opened.push(options.hostname)
      callback(new Error("it would have connected"), null)
    }
  }
}

const send = (url: string) => WebhookSender.use((sender) => sender.send({ url, headers: {}, body: Buffer.from("{}") }))

const quiet = Layer.succeed(References.MinimumLogLevel, "None")

const attacks: ReadonlyArray<readonly [form: string, url: string]> = [
  ["loopback", "http://127.0.0.1/"],
  ["the name of loopback", "http://localhost/"],
  ["loopback of IPv6", "http://[::1]/"],
  ["an IPv4 address mapped into IPv6", "http://[::ffff:127.0.0.1]/"],
  ["no address", "http://0.0.0.0/"],
  ["a decimal number", "http://2130706433/"],
  ["a hexadecimal number", "http://0x7f000001/"],
  ["a short form", "http://127.1/"],
  ["a name that resolves to loopback", "http://rebound.test/"],
  ["a link-local address", "http://169.254.169.254/latest/meta-data/"],
  ["NAT64", "http://[64:ff9b::7f00:1]/"],
  ["a private address", "http://10.0.0.1/"],
  ["a private address of IPv6", "http://[fd00::1]/"],
  ["a shared address", "http://100.64.0.1/"],
  ["an address of documentation", "http://192.0.2.1/"],
  // and beyond these fifteen
  ["a name with one private address of two", "http://mixed.test/"],
  ["a link-local address of IPv6", "https://[fe80::1]/"],
  ["an IPv4 address inside of IPv6, the old way", "http://[::7f00:1]/"]
]

describe("without exceptions", () => {
  it.effect.each(attacks.map(([form, url]) => ({ form, url })))(
    "$form is refused before anything is opened",
    ({ url }) =>
      Effect.gen(function* () {
        const { asked, opened, ...options } = harness()
        const sent = yield* send(url).pipe(Effect.provide(WebhookSender.layer(options)))
        assert.deepInclude(sent, { _tag: "Unanswered", refused: true })
        assert.include(
          sent._tag === "Unanswered" ? sent.reason : "",
          "an operator allows it in the operator's allow-list"
        )
        assert.deepStrictEqual(opened, [])
        assert.isAtMost(asked.length, 1)
      }).pipe(Effect.provide(quiet))
  )

  it.effect("a refusal names the setting that the operator has for it", () =>
    Effect.gen(function* () {
      const guard = webhookGuard("", { setting: "HOOKS_ALLOW" })
      const sender = WebhookSender.layer(harness()).pipe(Layer.provide(guard))
      const sent = yield* send("http://127.0.0.1/").pipe(Effect.provide(sender))
      assert.include(sent._tag === "Unanswered" ? sent.reason : "", "an operator allows it in HOOKS_ALLOW")
    }).pipe(Effect.provide(quiet))
  )

  it.effect("a public address passes", () =>
    Effect.gen(function* () {
      const { opened, ...options } = harness()
      const sent = yield* send("http://93.184.216.34/").pipe(Effect.provide(WebhookSender.layer(options)))
      assert.deepStrictEqual(opened, ["93.184.216.34"])
      assert.deepInclude(sent, { reason: "it would have connected", refused: false })
    })
  )

  it.effect("a name without an address is no refusal: it may have one later", () =>
    Effect.gen(function* () {
      const { opened, ...options } = harness()
      const sent = yield* send("http://empty.test/").pipe(Effect.provide(WebhookSender.layer(options)))
      assert.deepInclude(sent, { _tag: "Unanswered", refused: false })
      assert.deepStrictEqual(opened, [])
    })
  )

  it.effect("a listener on loopback hears nothing", () =>
    Effect.gen(function* () {
      const { connections, port } = yield* rawReceiver(() => {})
      const { makeConnector: _, asked: __, opened: ___, ...options } = harness()
      for (const host of ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "rebound.test"]) {
        const sent = yield* send(`http://${host}:${port}/`).pipe(Effect.provide(WebhookSender.layer(options)))
        assert.deepInclude(sent, { refused: true })
      }
      assert.strictEqual(connections(), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("where a connection came to is judged again", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver()
      const { port } = new URL(url)
      const connect = buildConnector({})
      // what it is told is public, and what it does is not
      const makeConnector = (): buildConnector.connector => (options, callback) =>
        connect({ ...options, hostname: "127.0.0.1" }, callback)
      const sent = yield* send(`http://93.184.216.34:${port}/`).pipe(
        Effect.provide(WebhookSender.layer({ makeConnector }))
      )
      assert.deepInclude(sent, { _tag: "Unanswered", refused: true })
    }).pipe(Effect.scoped)
  )
})

describe("an address", () => {
  it.each([
    ["0.1.2.3"],
    ["10.255.0.1"],
    ["100.127.255.255"],
    ["127.255.255.254"],
    ["169.254.0.1"],
    ["172.31.0.1"],
    ["192.0.0.8"],
    ["192.0.2.1"],
    ["192.168.1.1"],
    ["198.18.0.1"],
    ["198.19.255.255"],
    ["198.51.100.1"],
    ["203.0.113.1"],
    ["224.0.0.1"],
    ["240.0.0.1"],
    ["255.255.255.255"],
    ["::"],
    ["::1"],
    ["::127.0.0.1"],
    ["::ffff:10.0.0.1"],
    ["::ffff:0:10.0.0.1"],
    ["64:ff9b::a00:1"],
    ["64:ff9b:1::a00:1"],
    ["100::1"],
    ["2001::1"],
    ["2001:db8::1"],
    ["2002:a00:1::"],
    ["fc00::1"],
    ["fe80::1%eth0"],
    ["fec0::1"],
    ["ff02::1"],
    ["1234::1"],
    ["nonsense"]
  ])("%s is not public", (address) => assert.isString(judgeAddress(address, none)))

  it.each([["1.1.1.1"], ["93.184.216.34"], ["::ffff:1.1.1.1"], ["2606:4700:4700::1111"]])("%s is public", (address) => {
    assert.isUndefined(judgeAddress(address, none))
  })
})

describe("the allow-list", () => {
  it.effect("opens ranges, addresses and names, and nothing beside them", () =>
    Effect.gen(function* () {
      const allow = yield* parse("127.0.0.0/8, 10.1.2.3 fd00::/8,Hooks.Internal")
      for (const address of ["127.9.9.9", "10.1.2.3", "fd12::1", "::ffff:127.0.0.1"]) {
        assert.isUndefined(judgeAddress(address, allow), address)
      }
      for (const address of ["10.1.2.4", "192.168.0.1", "::1", "64:ff9b::7f00:1"]) {
        assert.isString(judgeAddress(address, allow), address)
      }
      assert.deepStrictEqual([...allow.hosts], ["hooks.internal"])
      assert.deepStrictEqual(yield* parse("  "), none)
    })
  )

  it.effect.each(
    ["10.0.0.0/33", "10.1", "0x7f000001", "http://a", "a/b", "*.internal", "-a"].map((entry) => ({ entry }))
  )("cannot hold $entry", ({ entry }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parse(`127.0.0.1,${entry}`))
      assert.strictEqual(error.entry, entry)
      assert.match(error.message, /^The operator's allow-list cannot hold ".*": write/)
      const named = yield* Effect.flip(parse(entry, "HOOKS_ALLOW"))
      assert.match(named.message, /^HOOKS_ALLOW cannot hold/)
    })
  )

  layer(WebhookSender.layer({ resolve: harness().resolve }).pipe(Layer.provide(webhookGuard("rebound.test"))))(
    "of a name",
    (it) => {
      it.effect("allows whatever the name resolves to, and no other name for it", () =>
        Effect.gen(function* () {
          const { received, url } = yield* receiver()
          const { port } = new URL(url)
          assert.deepInclude(yield* send(`http://rebound.test:${port}/`), { _tag: "Answered", status: 204 })
          assert.deepInclude(yield* send(`http://localhost:${port}/`), { refused: true })
          assert.deepInclude(yield* send(url), { refused: true })
          assert.lengthOf(received, 1)
        }).pipe(Effect.scoped)
      )
    }
  )
})
