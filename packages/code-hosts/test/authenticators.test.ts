import { assert, describe, it } from "@effect/vitest"
import { Redacted, Result } from "effect"
import { inspect } from "node:util"
import {
  type Authenticator,
  authenticatorHash,
  type AuthenticatorInvalid,
  type AuthenticatorKindUnknown,
  authenticatorKinds,
  decodeAuthenticator,
  encodeAuthenticator,
  sshKeyOf,
  withoutSshKey,
  withSshKey
} from "../src/index.ts"

const secret = (text: string) => Redacted.make(text)
const ssh = { privateKey: secret("PRIVATE"), publicKey: "ssh-ed25519 AAAA drover", passphrase: secret("PASSPHRASE") }
const sshStored = { PrivateKey: "PRIVATE", PublicKey: "ssh-ed25519 AAAA drover", Passphrase: "PASSPHRASE" }

const all: ReadonlyArray<readonly [Authenticator, Readonly<Record<string, string>>]> = [
  [
    { _tag: "BasicAuth", username: "ada", password: secret("PASSWORD") },
    { Username: "ada", Password: "PASSWORD" }
  ],
  [
    { _tag: "BasicAuthWithSSH", username: "ada", password: secret("PASSWORD"), ...ssh },
    { Username: "ada", Password: "PASSWORD", ...sshStored }
  ],
  [{ _tag: "OAuthBearerToken", token: secret("TOKEN") }, { Token: "TOKEN" }],
  [
    { _tag: "OAuthBearerTokenWithSSH", token: secret("TOKEN"), ...ssh },
    { Token: "TOKEN", ...sshStored }
  ],
  [
    { _tag: "OAuthClient", consumerKey: "drover", signingKey: secret("SIGNING") },
    { ConsumerKey: "drover", SigningKey: "SIGNING" }
  ],
  [
    { _tag: "BitbucketSudoableOAuthClient", consumerKey: "drover", signingKey: secret("SIGNING"), username: "ada" },
    { ConsumerKey: "drover", SigningKey: "SIGNING", Username: "ada" }
  ],
  [
    { _tag: "GitLabSudoableToken", token: secret("TOKEN"), sudo: "ada" },
    { Token: "TOKEN", Sudo: "ada" }
  ]
]

const secrets = ["PASSWORD", "PRIVATE", "PASSPHRASE", "TOKEN", "SIGNING"]

const encoded = (authenticator: Authenticator) =>
  JSON.parse(Redacted.value(Result.getOrThrow(encodeAuthenticator(authenticator)))) as unknown

describe("an authenticator", () => {
  it("has a kind for each that there is", () => {
    assert.sameMembers(
      all.map(([{ _tag }]) => _tag),
      Object.keys(authenticatorKinds)
    )
  })

  for (const [authenticator, fields] of all) {
    it(`of kind ${authenticator._tag} is stored as its type and its fields, and read back the same`, () => {
      assert.deepStrictEqual(encoded(authenticator), { Type: authenticator._tag, Auth: fields })
      const read = Result.getOrThrow(decodeAuthenticator(Result.getOrThrow(encodeAuthenticator(authenticator))))
      assert.strictEqual(read._tag, authenticator._tag)
      assert.deepStrictEqual(encoded(read), encoded(authenticator))
    })

    it(`of kind ${authenticator._tag} shows no secret, however it is printed`, () => {
      const read = Result.getOrThrow(decodeAuthenticator(Result.getOrThrow(encodeAuthenticator(authenticator))))
      for (const each of [authenticator, read]) {
        const printed = [
          JSON.stringify(each),
          inspect(each, { depth: 9, showHidden: true }),
          Object.values(each).map(String).join()
        ]
        for (const one of secrets) assert.notInclude(printed.join(), one)
      }
    })
  }

  it("of a kind that there is not can be neither written nor read, and the error names those that there are", () => {
    const foreign = { _tag: "GitHubApp", token: secret("TOKEN") } as unknown as Authenticator
    const results: ReadonlyArray<Result.Result<unknown, AuthenticatorInvalid | AuthenticatorKindUnknown>> = [
      encodeAuthenticator(foreign),
      authenticatorHash(foreign),
      decodeAuthenticator(secret(`{"Type":"GitHubApp","Auth":{"Token":"TOKEN"}}`)),
      decodeAuthenticator(secret(`{"Type":"toString","Auth":{}}`))
    ]
    for (const result of results) {
      assert.isTrue(Result.isFailure(result))
      if (Result.isSuccess(result)) continue
      assert.strictEqual(result.failure._tag, "AuthenticatorKindUnknown")
      assert.include(result.failure.message, "OAuthBearerToken")
      assert.notInclude(inspect(result.failure, { depth: 9 }), '"TOKEN"')
    }
  })

  for (const [why, text] of [
    ["that is not JSON", `{"Type":"BasicAuth","Auth":{"Password":"PASSWORD`],
    ["that is null", "null"],
    ["that is an array", "[1]"],
    ["without a type", `{"Auth":{"Password":"PASSWORD"}}`],
    ["without fields", `{"Type":"BasicAuth"}`],
    ["that lacks a field", `{"Type":"BasicAuth","Auth":{"Password":"PASSWORD"}}`],
    ["with a field of another type", `{"Type":"OAuthBearerToken","Auth":{"Token":["TOKEN"]}}`]
  ] as const) {
    it(`${why} is refused without a word of it`, () => {
      const result = decodeAuthenticator(secret(text))
      assert.isTrue(Result.isFailure(result))
      if (Result.isSuccess(result)) return
      assert.strictEqual(result.failure._tag, "AuthenticatorInvalid")
      assert.notMatch(inspect(result.failure, { depth: 9, showHidden: true }), /PASSWORD|TOKEN/)
    })
  }

  it("has a hash that is the same for the same, in whichever order its fields are, and differs with each field", () => {
    const hash = (authenticator: Authenticator) => Result.getOrThrow(authenticatorHash(authenticator))
    const basic = { _tag: "BasicAuth", username: "ada", password: secret("PASSWORD") } as const
    // written down: caches that outlive a release are kept by it
    assert.strictEqual(hash(basic), "f66e7081ab08440de01d50aa89a5ed16a2c96a68ac1cf1162438488924cb146c")
    assert.strictEqual(hash({ password: secret("PASSWORD"), username: "ada", _tag: "BasicAuth" }), hash(basic))
    const others: ReadonlyArray<Authenticator> = [
      { ...basic, username: "adaP", password: secret("ASSWORD") },
      { ...basic, password: secret("password") },
      ...all.slice(1).map(([each]) => each)
    ]
    assert.lengthOf(new Set([basic, ...others].map(hash)), others.length + 1)
  })

  it("takes a key for SSH where its kind has one, and gives it back", () => {
    for (const [plain] of all) {
      if (plain._tag !== "BasicAuth" && plain._tag !== "OAuthBearerToken") continue
      const with_ = withSshKey(plain, { ...ssh, publicKey: "ssh-ed25519  AAAA drover\n" })
      assert.strictEqual(with_._tag, `${plain._tag}WithSSH`)
      assert.strictEqual(sshKeyOf(with_)?.publicKey, "ssh-ed25519 AAAA drover")
      assert.strictEqual(sshKeyOf(with_)?.passphrase, ssh.passphrase)
      assert.deepStrictEqual(withoutSshKey(with_), plain)
      assert.isUndefined(sshKeyOf(plain))
    }
  })
})
