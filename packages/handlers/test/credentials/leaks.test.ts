/** Everything that a run of credentials writes, searched for everything that is secret in it. */
import { OutOfBandMigrations } from "@drover/core"
import { Git } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { layerAwsKms } from "../../src/credentials/keys/awsKms.ts"
import {
  type Authenticator,
  credentialMigrations,
  CredentialStore,
  encodeAuthenticator,
  generateSshKey,
  gitOverSsh,
  keysFromText,
  layerOf,
  sshKeyOf
} from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { arn, kmsServer } from "./kmsServer.ts"
import {
  argumentsOfAll,
  everyRow,
  failed,
  filesBelow,
  formsOf,
  printed,
  recorded,
  recordedProcesses,
  spans,
  write,
  written
} from "./recording.ts"
import { sshServer } from "./sshServer.ts"
import { alterStored, keyText, newHost, newScope, otherKeyText, under } from "./support.ts"
import { twoRepositories } from "./twoRepositories.ts"

const services = Layer.mergeAll(recorded, Git.layer().pipe(Layer.provideMerge(recordedProcesses))).pipe(
  Layer.provideMerge(forge())
)

layer(services, { excludeTestServices: true, timeout: "60 seconds" })("a run with credentials", (it) => {
  it.effect("writes no secret anywhere: logs, spans, errors, rows, arguments, files", () =>
    Effect.gen(function* () {
      const password = "PLANTED-p@ss word"
      const bearer = "ghp_PLANTEDtoken0123456789"
      const signing = "-----BEGIN PRIVATE KEY-----PLANTED"
      const secrets = new Set([password, bearer, signing, "PLANTED-aws-secret"])
      for (const line of [keyText("2026"), keyText("2025"), otherKeyText("2025")]) {
        secrets.add(Redacted.value(line).split(" ")[1]!)
      }
      const redacted = (text: string) => Redacted.make(text)
      const authenticators: ReadonlyArray<Authenticator> = [
        { _tag: "BasicAuth", username: "ada", password: redacted(password) },
        { _tag: "OAuthBearerToken", token: redacted(bearer) },
        { _tag: "BitbucketSudoableOAuthClient", consumerKey: "x", signingKey: redacted(signing), username: "ada" },
        { _tag: "GitLabSudoableToken", token: redacted(bearer), sudo: "ada" }
      ]
      const kms = yield* kmsServer("one")
      const old = layerOf(keysFromText(keyText("2025")))
      const local = layerOf(keysFromText(keyText("2026", "2025")))
      const cloud = layerAwsKms({
        keyArn: arn("one"),
        client: {
          endpoint: kms.url,
          region: "eu-central-1",
          maxAttempts: 1,
          credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "PLANTED-aws-secret" }
        }
      })
      const work = Effect.gen(function* () {
        const { site, users } = yield* CredentialStore
        const ids: Array<number> = []
        for (const authenticator of authenticators) {
          yield* Effect.logInfo("adding", { authenticator }, authenticator)
          const scope = yield* newScope
          const made = yield* users.create({ ...scope, authenticator })
          ids.push(made.id)
          yield* failed(users.create({ ...scope, authenticator }))
          const opened = yield* users.open({ id: made.id })
          yield* Effect.logDebug("opened", opened).pipe(
            Effect.annotateLogs({ opened }),
            Effect.withSpan("opened", { attributes: { opened } })
          )
          const host = newHost()
          yield* site.create({ ...host, authenticator })
          yield* site.setAuthenticator({ ...host, authenticator })
          yield* failed(users.create({ ...scope, userId: -1, authenticator }))
          yield* failed(users.setAuthenticator({ id: 0, authenticator }))
        }
        yield* users.list()
        return ids
      })

      const ids = yield* under(Layer.orDie(old))(work)
      yield* under(Layer.orDie(cloud))(work)
      kms.fail = { status: 500, type: "KMSInternalException" }
      yield* failed(under(Layer.orDie(cloud))(work))
      // another key under an id; a key that is not there; bytes of another row; no authenticator at all
      yield* failed(
        under(Layer.orDie(layerOf(keysFromText(otherKeyText("2025")))))(
          Effect.flatMap(CredentialStore, ({ users }) => users.open({ id: ids[0]! }))
        )
      )
      yield* failed(
        under(Layer.orDie(layerOf(keysFromText(keyText("2026")))))(
          Effect.flatMap(CredentialStore, ({ users }) => users.open({ id: ids[0]! }))
        )
      )
      yield* under(Layer.orDie(local))(Effect.flatMap(CredentialStore, ({ rotateKeys }) => rotateKeys()))
      yield* failed(keysFromText(Redacted.make(`2026 ${bearer}`)))
      yield* failed(Effect.fromResult(encodeAuthenticator({ _tag: "Ring", token: redacted(bearer) } as never)))

      // migrations, with rows that are none among them
      yield* Effect.gen(function* () {
        const { users } = yield* CredentialStore
        const bad = yield* users.create({ ...(yield* newScope), authenticator: authenticators[1]! })
        yield* alterStored("user_credentials", bad.id, {
          encryptionKeyId: "previously-migrated",
          sshMigrationApplied: false
        })
        yield* alterStored("user_credentials", ids[1]!, { sshMigrationApplied: false })
        yield* alterStored("user_credentials", ids[0]!, { encryptionKeyId: "unmigrated" })
        const runner = yield* OutOfBandMigrations.make({ migrations: credentialMigrations() })
        yield* runner.refresh
        for (const id of [9, 10, 2]) yield* runner.tick(id)
        for (const id of [ids[1]!, bad.id]) {
          const key = sshKeyOf((yield* users.open({ id })).authenticator)!
          secrets.add(Redacted.value(key.passphrase))
          for (const line of Redacted.value(key.privateKey).split("\n").slice(1, -2)) secrets.add(line)
        }
        yield* failed(users.open({ id: ids[0]! }))
      }).pipe(under(Layer.orDie(local)))

      // a push, and one that is refused
      const key = yield* generateSshKey()
      secrets.add(Redacted.value(key.passphrase))
      for (const line of Redacted.value(key.privateKey).split("\n").slice(1, -2)) secrets.add(line)
      const { push, to } = yield* twoRepositories
      let seen = 0
      const server = yield* sshServer({
        publicKeys: [key.publicKey],
        repository: to,
        onCommand: () => {
          seen++
          argumentsOfAll()
        }
      })
      const reach = (passphrase: Redacted.Redacted) =>
        Effect.scoped(
          Effect.flatMap(gitOverSsh({ key: { ...key, passphrase }, knownHosts: server.knownHosts }), (env) =>
            push(server.url, Redacted.value(env))
          )
        )
      secrets.add("PLANTED-wrong-passphrase")
      yield* failed(reach(Redacted.make("PLANTED-wrong-passphrase")))
      yield* reach(key.passphrase)
      assert.strictEqual(seen, 1)
      yield* filesBelow(to.replace(/\/to\.git$/, ""))
      for (const dataKey of kms.dataKeys) secrets.add(dataKey)

      yield* everyRow
      for (const span of spans) {
        write("span", ...printed([span.name, [...span.attributes], span.events, span.links, span.status]))
      }

      // it would find them if they were there
      const places = new Set(written.map(([where]) => where.split(" ")[0]!))
      assert.sameMembers([...places], ["log", "span", "exit", "error", "row", "argv", "file"])
      assert.isTrue(
        written.some(([where, text]) => where === "argv" && !text.includes("GIT_SSH") && text.includes("ssh\0-F"))
      )
      assert.isAbove(secrets.size, 20)
      const forms = [...secrets].flatMap(formsOf)
      const leaks = written.flatMap(([where, text]) =>
        forms
          .filter((form) => text.includes(form))
          .map((form) => `${where}: ${form.slice(0, 12)}… in ${text.slice(0, 200)}`)
      )
      assert.deepStrictEqual(leaks, [])
    }).pipe(Effect.scoped)
  )
})
