import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { createUser, registerRepository, reindexCode, type SearchCode, searchCode, setRole } from "../src/index.ts"
import { forge } from "./support.ts"
import { alterRepository, codeRepository, type CodeRepositoryOptions } from "./support/codeIndex.ts"

type Files = Readonly<Record<string, string | Uint8Array>>

const indexed = Effect.fnUntraced(function* (files: Files, options?: CodeRepositoryOptions) {
  const repository = yield* codeRepository([{ on: "main", from: null, files }], options)
  yield* reindexCode(repository.id)
  return repository
})

const paths = (query: string, options: Omit<SearchCode, "query"> = {}) =>
  Effect.map(searchCode({ query, ...options }), ({ hits }) => hits.map(({ path }) => path))

layer(forge())("code search", (it) => {
  it.effect("finds a part of a file, with its lines and where in them", () =>
    Effect.gen(function* () {
      const { id, name, tip, ask } = yield* indexed({
        "src/greet.ts": "// one\r\nsay Hello, hello\r\n\r\nhellow\n",
        other: "x"
      })

      const results = yield* searchCode({ query: `hello repo:${name}` })

      const line = { cutBefore: false, cutAfter: false }
      assert.deepStrictEqual(results, {
        hits: [
          {
            repositoryId: id,
            repository: name,
            commitSha: yield* tip,
            path: "src/greet.ts",
            blobOid: yield* ask("rev-parse", "main:src/greet.ts"),
            matches: 3,
            lineCount: 2,
            lines: [
              {
                ...line,
                number: 2,
                text: "say Hello, hello",
                ranges: [
                  { from: 4, to: 9 },
                  { from: 11, to: 16 }
                ]
              },
              { ...line, number: 4, text: "hellow", ranges: [{ from: 0, to: 5 }] }
            ]
          }
        ],
        total: 1,
        truncated: false,
        hasMore: false,
        incomplete: []
      })
    })
  )

  it.effect("means every character of a word, and the case when asked to", () =>
    Effect.gen(function* () {
      const { name } = yield* indexed({ a: "100%_done\\n", b: "100xx_done", c: "100%xdone", d: "abc(.*)+[x]{2}|$^?" })
      const find = (query: string) => paths(`${query} repo:${name}`)

      assert.deepStrictEqual(yield* find("100%_DONE\\n"), ["a"])
      assert.deepStrictEqual(yield* find("100%"), ["a", "c"])
      assert.deepStrictEqual(yield* find("100%_DONE case:yes"), [])
      assert.deepStrictEqual(yield* find("100%_done case:yes"), ["a"])
      assert.deepStrictEqual(yield* find("abc(.*)+[x]{2}|$^?"), ["d"])
      assert.lengthOf((yield* searchCode({ query: `abc(.*)+[x]{2}|$^? repo:${name}` })).hits[0]!.lines[0]!.ranges, 1)
    })
  )

  it.effect("wants every term, in the content or in the path, and none that is excluded", () =>
    Effect.gen(function* () {
      const { name } = yield* indexed({
        "lib/apple.ts": "banana cherry",
        "lib/pear.ts": "banana",
        "src/banana.ts": "apple",
        "bin/apple": Buffer.from([0, 1])
      })
      const find = (query: string) => Effect.map(paths(`${query} repo:${name}`), (found) => found.toSorted())

      assert.deepStrictEqual(yield* find("apple banana"), ["lib/apple.ts", "src/banana.ts"])
      assert.deepStrictEqual(yield* find("apple"), ["bin/apple", "lib/apple.ts", "src/banana.ts"])
      assert.deepStrictEqual(yield* find("apple -banana"), ["bin/apple"])
      assert.deepStrictEqual(yield* find("apple -banana -bin/"), [])
      assert.deepStrictEqual(yield* find("banana -path:lib"), ["src/banana.ts"])
      assert.deepStrictEqual(yield* find('"banana cherry"'), ["lib/apple.ts"])
      assert.deepStrictEqual(yield* find("-/ch.rry/ banana lang:ts"), ["lib/pear.ts", "src/banana.ts"])
      assert.deepStrictEqual(yield* find("apple -lang:ts"), ["bin/apple"])
      assert.deepStrictEqual(yield* find("path:lib/*.ts"), ["lib/apple.ts", "lib/pear.ts"])
      assert.deepStrictEqual(yield* find("path:/^(lib|bin).*apple/"), ["bin/apple", "lib/apple.ts"])
      assert.deepStrictEqual(yield* find("path:LIB ap"), ["lib/apple.ts"])
      assert.deepStrictEqual(yield* find("path:LIB case:yes"), [])
      assert.deepStrictEqual(yield* find(""), ["bin/apple", "lib/apple.ts", "lib/pear.ts", "src/banana.ts"])
    })
  )

  it.effect("finds regular expressions line by line, and their places after characters of every width", () =>
    Effect.gen(function* () {
      const { name } = yield* indexed({ a: "😀 foo12 foo3\nfoo\nbar 7\n", b: "start end\n", c: "start\nend\n" })

      const [hit] = (yield* searchCode({ query: `/(fo+)[0-9]+/ repo:${name}` })).hits

      assert.deepStrictEqual(hit?.lines, [
        {
          number: 1,
          text: "😀 foo12 foo3",
          ranges: [
            { from: 3, to: 8 },
            { from: 9, to: 13 }
          ],
          cutBefore: false,
          cutAfter: false
        }
      ])
      assert.deepStrictEqual(yield* paths(`/start.*end/ repo:${name}`), ["b"])
      assert.deepStrictEqual(yield* paths(`/^end$/ repo:${name}`), ["c"])
      assert.deepStrictEqual(yield* paths(`/FOO\\d/ case:yes repo:${name}`), [])
      assert.deepStrictEqual((yield* searchCode({ query: `/x*/ repo:${name}` })).hits[0]?.lines[0]?.ranges, [])
    })
  )

  it.effect("says where a regular expression is wrong", () =>
    Effect.gen(function* () {
      const term = yield* Effect.flip(searchCode({ query: "hello /a(b/" }))
      const filter = yield* Effect.flip(searchCode({ query: "hello path:/[z-a]/" }))

      assert.deepInclude(term, { _tag: "QueryRejected", at: 6, length: 5 })
      assert.match(term.message, /^\/a\(b\/ \(at 7 of the query\) is refused by Postgres: .*not balanced/)
      assert.deepInclude(filter, { _tag: "QueryRejected", at: 6, length: 12 })
    })
  )

  it.effect("stops what takes too long, and leaves the caller's transaction and its limits as they were", () =>
    Effect.gen(function* () {
      const { run, transaction } = yield* Database
      yield* indexed({ "slow.txt": `${"ab ".repeat(60_000)}\n` })
      const settings = run((db) =>
        db.execute(
          sql`select current_setting('statement_timeout') as time, current_setting('plan_cache_mode') as plans`
        )
      )

      yield* transaction(
        Effect.gen(function* () {
          const before = yield* settings
          const error = yield* Effect.flip(searchCode({ query: "/((a.*b.*)*c.*){8}zq/", timeout: 1 }))
          assert.deepInclude(error, { _tag: "SearchTooSlow", limitMillis: 1 })
          yield* searchCode({ query: "slow" })
          assert.deepStrictEqual(yield* settings, before)
        })
      )
    })
  )

  it.effect("puts a file of that name first, then such paths, then the most matches, then the shorter path", () =>
    Effect.gen(function* () {
      const { name } = yield* indexed({
        "z/widget": "",
        "z/widget.ts": "",
        "a/widgets.ts": "widget",
        "a/much/longer.ts": "widget widget\nwidget",
        "a/b.ts": "widget",
        "a/bc.ts": "widget"
      })

      assert.deepStrictEqual(yield* paths(`widget repo:${name}`), [
        "z/widget",
        "z/widget.ts",
        "a/widgets.ts",
        "a/much/longer.ts",
        "a/b.ts",
        "a/bc.ts"
      ])
    })
  )

  it.effect("gives page after page, and says whether there is more", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 5 }, (_, index) => `f${index}`)
      const { name } = yield* indexed(Object.fromEntries(names.map((file) => [file, "paged"])))
      const page = (offset: number) => searchCode({ query: `paged repo:${name}`, limit: 2, offset })

      const pages = [yield* page(0), yield* page(2), yield* page(4), yield* page(6)]

      assert.deepStrictEqual(
        pages.map(({ hits }) => hits.map(({ path }) => path)),
        [["f0", "f1"], ["f2", "f3"], ["f4"], []]
      )
      assert.deepStrictEqual(
        pages.map(({ hasMore }) => hasMore),
        [true, true, false, false]
      )
      assert.deepStrictEqual(
        pages.slice(0, 3).map(({ total }) => total),
        [5, 5, 5]
      )
    })
  )

  it.effect("ranks a thousand files, says that there are more, and has those among them that are named so", () =>
    Effect.gen(function* () {
      const files = Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`f${index}`, "plentiful\n"]))
      const deep = "a/path/that/is/longer/than/all/others/plentiful.txt"
      const { id, name, push } = yield* indexed({ ...files, [deep]: "plentiful\n" })
      const query = `plentiful repo:${name}`
      assert.deepInclude(yield* searchCode({ query, limit: 1 }), { total: 1000, truncated: false, hasMore: true })

      yield* push({ on: "main", files: { more: "plentiful\n" } })
      yield* reindexCode(id)

      const cut = yield* searchCode({ query, limit: 1 })
      assert.deepInclude(cut, { total: 1000, truncated: true, hasMore: true })
      assert.deepStrictEqual(
        cut.hits.map(({ path }) => path),
        [deep]
      )
      // fewer than a thousand of them are searched for: nothing is cut
      assert.deepInclude(yield* searchCode({ query: `plentiful path:more repo:${name}` }), {
        total: 1,
        truncated: false,
        hasMore: false
      })
    })
  )

  it.effect("shows nobody a repository that they may not see, though the content is shared", () =>
    Effect.gen(function* () {
      const files = { "shared.txt": "very secret thing\n" }
      const open = yield* indexed(files, { name: "seen/open" })
      const hidden = yield* indexed(files, { name: "seen/hidden", visibility: "private" })
      yield* registerRepository({ name: "seen/unindexed", path: hidden.path })
      const member = yield* createUser({ login: "member" })
      const stranger = yield* createUser({ login: "stranger" })
      yield* setRole({ repositoryId: hidden.id, userId: member.id, role: "read" })
      const seen = (actorId?: number) =>
        Effect.map(searchCode({ query: '"very secret" repo:SEEN/*', actorId }), ({ hits, incomplete, total }) => ({
          hits: hits.map(({ repository }) => repository),
          total,
          incomplete: incomplete.map(({ repository }) => repository)
        }))

      const both = [hidden.name, open.name]
      assert.deepStrictEqual(yield* seen(), { hits: both, total: 2, incomplete: ["seen/unindexed"] })
      assert.deepStrictEqual(yield* seen(member.id), { hits: both, total: 2, incomplete: [] })
      assert.deepStrictEqual(yield* seen(stranger.id), { hits: [open.name], total: 1, incomplete: [] })
      assert.deepStrictEqual(yield* paths("secret repo:seen/hidden", { actorId: stranger.id }), [])
      assert.deepStrictEqual(yield* paths('"very secret" repo:seen/* -repo:seen/open'), ["shared.txt"])
    })
  )

  it.effect("says which indexes do not have everything, and why; to the operator alone what this host said", () =>
    Effect.gen(function* () {
      const { id, name, path } = yield* indexed({ a: "found all the same" })
      const { id: actorId } = yield* createUser({ login: "reader" })
      yield* alterRepository(id, { path: `${path}-gone`, defaultBranch: "other" })
      const { message } = yield* Effect.flip(reindexCode(id))
      const query = `"all the same" repo:${name}`

      const operator = yield* searchCode({ query })
      const reader = yield* searchCode({ query, actorId })

      assert.deepStrictEqual(
        operator.hits.map((hit) => hit.path),
        ["a"]
      )
      assert.deepStrictEqual(operator.incomplete, [
        { repository: name, status: "failed", reason: `it could not be indexed: ${message}` }
      ])
      assert.deepStrictEqual(reader.incomplete, [
        { repository: name, status: "failed", reason: "it could not be indexed" }
      ])

      yield* alterRepository(id, { path })
      yield* reindexCode(id)
      assert.deepInclude((yield* searchCode({ query })).incomplete[0], { status: "partial" })
    })
  )

  it.effect("shows ten lines of a file, and counts them all", () =>
    Effect.gen(function* () {
      const { name } = yield* indexed({
        many: "needle\n".repeat(25),
        long: `${"x ".repeat(5000)}needle${" y".repeat(5000)}`
      })

      const hits = (yield* searchCode({ query: `needle repo:${name}` })).hits

      assert.deepStrictEqual(
        hits.map(({ lineCount, lines, matches }) => [matches, lineCount, lines.length]),
        [
          [25, 25, 10],
          [1, 1, 1]
        ]
      )
      const line = hits[1]!.lines[0]!
      assert.deepInclude(line, { cutBefore: true, cutAfter: true })
      assert.strictEqual(line.text.slice(line.ranges[0]!.from, line.ranges[0]!.to), "needle")
      assert.strictEqual(line.text.length, 250)
    })
  )
})
