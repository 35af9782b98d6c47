import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { Git } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import * as FakeGit from "./support/FakeGit.ts"
import { gitLayer } from "./support/layers.ts"

describe("the surroundings of git", () => {
  it.live("hold a search path and settings of our own, and nothing else", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGit.make("export -p")
      const git = gitLayer({ searchPath: fake.searchPath })
      const command = Git.use((service) => service.run({ args: ["status"], env: { GIT_INDEX_FILE: "mine" } }))

      const output = yield* withVariables({ GIT_DIR: "/elsewhere", HOME: "/root" }, Effect.provide(command, git))

      const exported = new TextDecoder().decode(output.stdout).matchAll(/^export (\w+)/gm)
      const names = Array.from(exported, (match) => match[1]).filter((name) => name !== "PWD" && name !== "OLDPWD")
      assert.sameMembers(names, [
        "PATH",
        "LC_ALL",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_ATTR_NOSYSTEM",
        "GIT_TERMINAL_PROMPT",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_INDEX_FILE"
      ])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("leave a user's aliases and hooks, and this process's variables, out of it", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const home = yield* fileSystem.makeTempDirectoryScoped()
      const ran = `${home}/ran`
      const hook = `#!/bin/sh\necho hook >> '${ran}'\n`
      yield* fileSystem.writeFileString(`${home}/reference-transaction`, hook, { mode: 0o755 })
      yield* fileSystem.writeFileString(
        `${home}/.gitconfig`,
        `[core]\nhooksPath = ${home}\n[alias]\nhello = !echo alias >> '${ran}'\n[init]\ndefaultBranch = odd\n`
      )
      const variables = {
        HOME: home,
        GIT_CONFIG_GLOBAL: `${home}/.gitconfig`,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "alias.hello",
        GIT_CONFIG_VALUE_0: "version",
        GIT_DIR: `${home}/elsewhere.git`,
        GIT_INDEX_FILE: `${home}/index`,
        GIT_OBJECT_DIRECTORY: `${home}/objects`,
        GIT_NAMESPACE: "elsewhere",
        LC_ALL: "de_DE.UTF-8"
      }

      const error = yield* Effect.gen(function* () {
        const { commit, path, tip } = yield* TestRepository.make()
        assert.strictEqual(yield* commit("main", { a: "1" }), yield* tip("main"))
        assert.strictEqual(yield* ask(path, ["symbolic-ref", "HEAD"]), "refs/heads/main")
        return yield* Effect.flip(ask(path, ["hello"]))
      }).pipe(Effect.provide(gitLayer()), (effect) => withVariables(variables, effect))

      assert.deepInclude(error, { _tag: "GitFailed", exitCode: 1 })
      assert.deepStrictEqual(yield* fileSystem.readDirectory(home), [".gitconfig", "reference-transaction"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("do not let replaced objects stand in for real ones", () =>
    Effect.gen(function* () {
      const { commit, path } = yield* TestRepository.make()
      const first = yield* commit("main", { a: "1" })
      const second = yield* commit("main", { a: "2" })
      yield* ask(path, ["replace", second, first])

      assert.strictEqual(yield* ask(path, ["cat-file", "blob", `${second}:a`]), "2")
    }).pipe(Effect.provide(gitLayer()))
  )
})

/** Runs an effect while this process has these environment variables. */
const withVariables = <A, E, R>(variables: Readonly<Record<string, string>>, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const before = { ...process.env }
      Object.assign(process.env, variables)
      return before
    }),
    () => effect,
    (before) =>
      Effect.sync(() => {
        for (const name of Object.keys(variables)) {
          if (before[name] === undefined) delete process.env[name]
          else process.env[name] = before[name]
        }
      })
  )
