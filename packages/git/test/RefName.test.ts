import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { branchRef, checkRef, Git, isOid } from "../src/index.ts"
import { gitLayer } from "./support/layers.ts"

const fine = [
  "main",
  "a/b",
  "a.b",
  "a@b",
  "@a",
  "a-",
  "ключ/日本",
  "a{b}",
  "a'\"b",
  "a$(b)",
  "x.locked",
  "a;b|c&d",
  "HEAD"
]
const malformed = [
  "",
  "@",
  "/a",
  "a/",
  "a//b",
  ".a",
  "a/.b",
  "a.lock",
  "a.lock/b",
  "a.",
  "a..b",
  "a@{b",
  "a b",
  "a~b",
  "a^b",
  "a:b",
  "a?b",
  "a*b",
  "a[b",
  "a\\b",
  "a\tb",
  "a\nb",
  "a\u007fb",
  "a\u0001b"
]

describe("branchRef", () => {
  it.live("agrees with git about every name", () =>
    Effect.gen(function* () {
      const git = yield* Git
      for (const name of [...fine, ...malformed]) {
        const output = yield* git.run({ args: ["check-ref-format", `refs/heads/${name}`], answers: [0, 1] })
        const ours = yield* Effect.exit(branchRef(name))

        // git allows a ref that ends in a lone @, but would read such a branch name as HEAD.
        const expected = output.exitCode === 0 && name !== "@"
        assert.strictEqual(Exit.isSuccess(ours), expected, JSON.stringify(name))
      }
    }).pipe(Effect.provide(gitLayer()))
  )

  it.effect("gives the full ref", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* branchRef("feature/x"), "refs/heads/feature/x")
    })
  )

  it.effect("refuses a leading dash, and half a surrogate pair", () =>
    Effect.gen(function* () {
      for (const name of ["-d", "--upload-pack=touch x", "a\ud800b", "a\0b"]) {
        assert.deepInclude(yield* Effect.flip(branchRef(name)), { _tag: "NameRejected", kind: "branch", name })
      }
    })
  )

  it.effect("says which rule a name breaks", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(branchRef("a..b"))

      assert.strictEqual(
        error.message,
        'The branch "a..b" cannot be used because it has two dots in a row: choose another'
      )
    })
  )
})

describe("checkRef", () => {
  it.effect("takes only full refs", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* checkRef("refs/pull/7/merge"), "refs/pull/7/merge")
      for (const name of ["main", "HEAD", "refs/", "-refs/heads/x"]) {
        assert.deepInclude(yield* Effect.flip(checkRef(name)), { _tag: "NameRejected", kind: "ref", name })
      }
    })
  )
})

describe("isOid", () => {
  it("takes 40 or 64 lower-case hexadecimal digits", () => {
    assert.isTrue(isOid("0a".repeat(20)))
    assert.isTrue(isOid("0a".repeat(32)))
    for (const other of ["", "0a", "0A".repeat(20), "0a".repeat(21), `${"0a".repeat(20)}\n`])
      assert.isFalse(isOid(other))
  })
})
