import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parseBatchSpec } from "../src/batchChanges/spec/parseBatchSpec.ts"

const good = `version: 2
name: use-pnpm
description: Move from npm to pnpm
on:
  - repositoriesMatchingQuery: path:package-lock.json
  - repository: acme/*
    branches: [main, next]
steps:
  - run: |
      npx pnpm import && rm package-lock.json
    if: \${{ not (matches repository.name "acme/legacy-*") }}
    env:
      PATHS: \${{ join repository.search_result_paths " " }}
    outputs:
      version: { value: "\${{ step.stdout }}", format: json }
changesetTemplate:
  title: Use pnpm in \${{ repository.name }}
  body: \${{ batch_change.description }}
  branch: use-pnpm
  commit:
    message: Use pnpm
    author: { name: Ada, email: ada@example.invalid }
  published:
    - "*": draft
    - acme/billing: true
transformChanges:
  group:
    - directory: packages/a
      branch: use-pnpm-a
`

const problemsOf = (source: string) =>
  Effect.map(Effect.flip(parseBatchSpec(source)), ({ problems }) =>
    problems.map(({ column, line, message, path }) => `${line}:${column} ${path}: ${message}`)
  )

/** The good spec with one text in place of another. */
const but = (from: string, to: string): string => {
  assert.include(good, from)
  return good.replace(from, to)
}

describe("parseBatchSpec", () => {
  it.effect("reads a spec", () =>
    Effect.gen(function* () {
      const spec = yield* parseBatchSpec(good)

      assert.strictEqual(spec.name, "use-pnpm")
      assert.deepStrictEqual(spec.on?.[1], { repository: "acme/*", branches: ["main", "next"] })
      assert.deepStrictEqual(spec.changesetTemplate?.published, [{ "*": "draft" }, { "acme/billing": true }])
    })
  )

  it.effect("reads JSON as well", () =>
    Effect.gen(function* () {
      const spec = yield* parseBatchSpec(
        JSON.stringify({ name: "x", importChangesets: [{ repository: "acme/a", externalIDs: [1, "2"] }] })
      )
      assert.deepStrictEqual(spec.importChangesets, [{ repository: "acme/a", externalIDs: [1, "2"] }])
    })
  )

  const cases: ReadonlyArray<readonly [name: string, source: string, ...problems: ReadonlyArray<string>]> = [
    ["what is no YAML", but("on:\n", "on: [\n"), "5:"],
    ["a key twice", but("version: 2\n", "version: 2\nversion: 2\n"), "2:1 : Map keys must be unique"],
    [
      "a key that there is not",
      but("description:", "descripton:"),
      "3:1 descripton: there is no such field: there are version, name, "
    ],
    ["a value of another type", but("use-pnpm\n", "[1]\n"), "2:1 name: "],
    ["a name with a space", but("name: use-pnpm", "name: use pnpm"), "2:1 name: it is 1 to 100 letters"],
    [
      "a key that is missing, where it should be",
      but("    message: Use pnpm\n", ""),
      "20:3 changesetTemplate.commit.message: it is missing"
    ],
    [
      "a word in place of `published`",
      but('published:\n    - "*": draft\n    - acme/billing: true', "published: maybe"),
      "23:3 changesetTemplate.published: it is true, false, draft, or a list of globs"
    ],
    [
      "an entry that is nearly one of several, as the one that was meant",
      but("repository: acme/*", "repositry: acme/*"),
      "6:5 on[1].repositry: there is no such field: there are repository, branch, branches"
    ],
    ["two at once", but("version: 2", "version: 3").replace("rm package-lock", "rm ${{ nothing }}"), "1:1 version: "],
    [
      "where without how",
      but(/steps:\n[^]*?(?=changesetTemplate)/.exec(good)![0], ""),
      "4:1 on: says where, and `steps` is missing, which says how"
    ],
    [
      "a branch that git refuses",
      but("branch: use-pnpm\n", "branch: a..b\n"),
      '19:3 changesetTemplate.branch: cannot be "a..b", because it has two dots in a row'
    ],
    [
      "a group on the template's branch",
      but("use-pnpm-a", "use-pnpm"),
      "29:7 transformChanges.group[0].branch: is that of the changeset template: a group needs its own"
    ],
    [
      "both branch and branches",
      but("branches:", "branch: main\n    branches:"),
      "8:5 on[1].branches: goes in place of `branch`, not with it"
    ],
    [
      "a template that does not end",
      but('(matches repository.name "acme/legacy-*") }}', "x"),
      "11:5 steps[0].if: `${{` has no `}}` after it"
    ],
    [
      "a name that is not there",
      but("batch_change.description", "step.stdout"),
      "18:3 changesetTemplate.body: there is no `step` here: there are repository, batch_change, steps, outputs, batch_change_link"
    ],
    [
      "nothing to change",
      "name: x\n",
      "1:1 : it changes nothing: give it `on` and `steps`, `diffs`, or `importChangesets`"
    ]
  ]
  for (const [name, source, ...expected] of cases) {
    it.effect(`refuses ${name}, and says where`, () =>
      Effect.gen(function* () {
        const problems = yield* problemsOf(source)
        expected.forEach((start, index) => {
          assert.isTrue(problems[index]?.startsWith(start), `${problems.join("\n")}\nshould begin with ${start}`)
        })
      })
    )
  }

  it.effect("tells all that is wrong in one message", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parseBatchSpec("name: a b\nversion: 7\nwhat: x\n"))

      assert.strictEqual(error.problems.length, 3)
      assert.match(
        error.message,
        /^The batch spec cannot be used:\n {2}line 1, column 1: name: .+\n {2}line 2, .+\n {2}line 3, /
      )
    })
  )
})
