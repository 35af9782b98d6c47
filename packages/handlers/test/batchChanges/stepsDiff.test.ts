import { applyDiff, Git, Oid } from "@drover/git"
import { TestRepository } from "@drover/git/testing"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { registerRepository } from "../../src/index.ts"
import { randomly } from "../support/randomly.ts"
import { runOne, specForge, specText } from "./support/specs.ts"

type Mode = "100644" | "100755" | "120000"

/** What a tree is thought to be: never read from git. */
type Model = Map<string, { readonly mode: Mode; readonly content: string }>

const names = [
  "a",
  "b.txt",
  "dir/c",
  "dir/d e",
  "dir/deep/f",
  "ünï",
  "-dash",
  "q\"uote'",
  "dir",
  "b.txt/in",
  "[x]*?",
  "new\nline"
]
const contents = [
  "",
  "one\n",
  "no newline",
  "a\r\nb\r\n",
  "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
  "\0binary\0",
  "\x80\xff\xfe",
  "  spaces  \n\n\n",
  "diff --git a/a b/a\n"
]

const under = (model: Model, path: string) => Array.from(model.keys()).filter((other) => other.startsWith(`${path}/`))

/** A file in the place of whatever is there, or in its way. */
const write = (model: Model, path: string, mode: Mode, content: string) => {
  remove(model, path)
  const parts = path.split("/")
  parts.forEach((_, depth) => model.delete(parts.slice(0, depth).join("/")))
  model.set(path, { mode, content })
}

const remove = (model: Model, path: string) => {
  for (const each of [path, ...under(model, path)]) model.delete(each)
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** In the shell what `write` is in the model. */
const writeScript = (path: string, mode: Mode, content: string): string => {
  const bytes = Buffer.from(content, "latin1").toString("base64")
  const target = quote(`./${path}`)
  const parents = path
    .split("/")
    .slice(0, -1)
    .map((_, depth, all) => quote(`./${all.slice(0, depth + 1).join("/")}`))
  const clear = [
    ...parents.map((parent) => `[ -d ${parent} ] && [ ! -L ${parent} ] || rm -f ${parent}`),
    `rm -rf ${target}`
  ]
  const make = [`mkdir -p "$(dirname ${target})"`]
  const put =
    mode === "120000"
      ? [`ln -s "$(echo ${bytes} | base64 -d)" ${target}`]
      : [`echo ${bytes} | base64 -d > ${target}`, `chmod ${mode === "100755" ? 755 : 644} ${target}`]
  return [...clear, ...make, ...put].join("\n")
}

const randomModel = (random: ReturnType<typeof randomly>) => {
  const model: Model = new Map()
  for (let n = random.upTo(9); n >= 0; n--) write(model, random.among(names), ...randomFile(random))
  return model
}

const randomFile = (random: ReturnType<typeof randomly>): [Mode, string] => {
  const mode = random.among(["100644", "100644", "100755", "120000"] as const)
  return [mode, mode === "120000" ? random.among(["a", "../out", "dir/c"]) : random.among(contents)]
}

/** The commands of one step; the model is changed as they would change the files. */
const randomEdits = (model: Model, random: ReturnType<typeof randomly>): string => {
  const script: Array<string> = []
  for (let n = random.upTo(6); n >= 0; n--) {
    const path = random.among([...names, ...model.keys()])
    if (random.upTo(3) === 0) {
      remove(model, path)
      script.push(`rm -rf ${quote(`./${path}`)}`)
    } else {
      const [mode, content] = randomFile(random)
      write(model, path, mode, content)
      script.push(writeScript(path, mode, content))
    }
  }
  return script.join("\n")
}

const listing = (model: Model) =>
  Array.from(
    model,
    ([path, { content, mode }]) => `${mode} ${path} ${Buffer.from(content, "latin1").toString("hex")}`
  ).toSorted()

const treeListing = Effect.fnUntraced(function* (repository: string, tree: string) {
  const git = yield* Git
  const { stdout } = yield* git.run({ args: ["ls-tree", "-r", "-z", tree], repository })
  const entries = Buffer.from(stdout)
    .toString()
    .split("\0")
    .filter((entry) => entry !== "")
  const lines = yield* Effect.forEach(entries, (entry) => {
    const [, mode, oid, path] = /^(\d+) blob (\S+)\t(.*)$/s.exec(entry)!
    return Effect.map(
      git.run({ args: ["cat-file", "blob", oid!], repository }),
      (blob) => `${mode} ${path} ${Buffer.from(blob.stdout).toString("hex")}`
    )
  })
  return lines.toSorted()
})

let made = 0

layer(specForge(), { excludeTestServices: true, timeout: "120 seconds" })("the diff of any steps on any tree", (it) => {
  for (const seed of Array.from({ length: 12 }, (_, index) => index + 1)) {
    it.effect(`makes of the base what the steps left: ${seed}`, () =>
      Effect.gen(function* () {
        const random = randomly(seed)
        const model = randomModel(random)
        const repository = yield* TestRepository.make()
        const files = Object.fromEntries(
          Array.from(model, ([path, { content, mode }]) => [path, { mode, content: Buffer.from(content, "latin1") }])
        )
        const base = yield* repository.commit("main", files)
        assert.deepStrictEqual(yield* treeListing(repository.path, base), listing(model))
        const name = `random/${made++}`
        yield* registerRepository({ name, path: repository.path })
        const steps = Array.from({ length: 1 + random.upTo(3) }, () => ({ run: randomEdits(model, random) }))
        const source = specText({ on: [{ repository: name }], steps })

        const { diff, row } = yield* runOne(source)
        assert.strictEqual(row.failureMessage, null)
        const apply = (bytes: Buffer) => applyDiff({ repository: repository.path, commit: Oid.make(base), diff: bytes })
        assert.deepStrictEqual(yield* treeListing(repository.path, yield* apply(diff)), listing(model))

        // one more step goes on from what was kept of those
        const more = randomEdits(model, random)
        const longer = yield* runOne(specText({ on: [{ repository: name }], steps: [...steps, { run: more }] }))
        assert.strictEqual(longer.row.executionLogs?.length, 1)
        assert.deepStrictEqual(yield* treeListing(repository.path, yield* apply(longer.diff)), listing(model))
      })
    )
  }
})
