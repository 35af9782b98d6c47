import { Git } from "@drover/git"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { existsSync } from "node:fs"
import ssh2 from "ssh2"
import { generateSshKey, gitOverSsh, type SshKey, sshKeyKindFor } from "../../src/credentials/index.ts"
import { sshServer } from "./sshServer.ts"
import { twoRepositories } from "./twoRepositories.ts"

const services = Git.layer().pipe(Layer.provideMerge(NodeServices.layer))

const pushes = Effect.fnUntraced(function* (
  key: SshKey,
  change: (
    key: SshKey,
    knownHosts: string
  ) => {
    readonly key: SshKey
    readonly knownHosts: string
  } = (same, knownHosts) => ({ key: same, knownHosts })
) {
  const { push, ...rest } = yield* twoRepositories
  const server = yield* sshServer({ publicKeys: [key.publicKey], repository: rest.to })
  const env = yield* gitOverSsh(change(key, server.knownHosts))
  return { ...rest, pushing: push(server.url, Redacted.value(env)) }
})

layer(services, { excludeTestServices: true })("a key for SSH", (it) => {
  for (const [kind, type, format] of [
    ["ed25519", "ssh-ed25519", /^ssh-ed25519 [A-Za-z0-9+/]{68} drover$/],
    ["rsa-4096", "ssh-rsa", /^ssh-rsa [A-Za-z0-9+/=]{716} drover$/]
  ] as const) {
    it.effect(
      `of kind ${kind} opens with its passphrase alone, and pushes over SSH`,
      () =>
        Effect.gen(function* () {
          const key = yield* generateSshKey({ kind })
          assert.match(key.publicKey, format)
          const text = Redacted.value(key.privateKey)
          assert.instanceOf(ssh2.utils.parseKey(text), Error)
          assert.instanceOf(ssh2.utils.parseKey(text, "another"), Error)
          assert.deepInclude(ssh2.utils.parseKey(text, Redacted.value(key.passphrase)), { type, comment: "drover" })

          const { commit, pushing, tip } = yield* pushes(key)
          yield* pushing
          assert.strictEqual(yield* tip, commit)
        }),
      60_000
    )
  }

  it.effect("is another one each time, with another passphrase", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* generateSshKey(), yield* generateSshKey()]
      assert.notStrictEqual(one.publicKey, other.publicKey)
      assert.notStrictEqual(Redacted.value(one.passphrase), Redacted.value(other.passphrase))
    })
  )

  it.effect("pushes nothing with a wrong passphrase, and does not wait for another", () =>
    Effect.gen(function* () {
      const key = yield* generateSshKey()
      const wrong = { ...key, passphrase: Redacted.make("PLANTED-wrong") }
      const { pushing, tip } = yield* pushes(key, (_, knownHosts) => ({ key: wrong, knownHosts }))
      const error = yield* Effect.flip(pushing)
      assert.strictEqual(error._tag, "GitFailed")
      assert.notInclude(JSON.stringify(error) + error.message, "PLANTED")
      assert.strictEqual(yield* tip, "")
    })
  )

  it.effect("pushes nothing to a host that proves another key than the one that is known", () =>
    Effect.gen(function* () {
      const key = yield* generateSshKey()
      const other = (yield* generateSshKey()).publicKey.split(" ").slice(0, 2).join(" ")
      const { pushing, tip } = yield* pushes(key, (same, knownHosts) => ({
        key: same,
        knownHosts: `${knownHosts.split(" ")[0]} ${other}\n`
      }))
      assert.include((yield* Effect.flip(pushing)).message, "Host key verification failed")
      assert.strictEqual(yield* tip, "")
    })
  )

  it.effect("pushes nothing to a host that does not know it", () =>
    Effect.gen(function* () {
      const stranger = yield* generateSshKey()
      const { pushing, tip } = yield* pushes(yield* generateSshKey(), (_, knownHosts) => ({
        key: stranger,
        knownHosts
      }))
      assert.include((yield* Effect.flip(pushing)).message, "Permission denied (publickey)")
      assert.strictEqual(yield* tip, "")
    })
  )

  it.effect("leaves no file behind", () =>
    Effect.gen(function* () {
      const key = yield* generateSshKey()
      const env = yield* Effect.scoped(gitOverSsh({ key, knownHosts: "" }))
      assert.isFalse(existsSync(Redacted.value(env)["SSH_ASKPASS"]!))
    })
  )

  it.effect("is not made where there is no ssh-keygen, and that may pass", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(generateSshKey({ searchPath: "/nowhere" }))
      assert.deepInclude(error, { _tag: "SshKeyFailed", retryable: true })
    })
  )
})

layer(Layer.empty)("the kind of a key", (it) => {
  for (const [host, kind] of [
    ["github", "ed25519"],
    ["gitlab", "ed25519"],
    ["bitbucketServer", "ed25519"],
    ["azureDevOps", "rsa-4096"],
    ["AWSCodeCommit", "rsa-4096"]
  ] as const) {
    it(`for ${host} is ${kind}`, () => assert.strictEqual(sshKeyKindFor(host), kind))
  }
})
