/** Writes branches of a bare repository the quick way: any number of commits in one process. */
import { Git, Oid } from "@drover/git"
import { TestRepository } from "@drover/git/testing"
import { Effect } from "effect"

export interface Commit {
  readonly on: string
  /** The parent: a branch, or null for none. Defaults to the branch itself. */
  readonly from?: string | null
  /** A branch that becomes the second parent. */
  readonly merge?: string
  /** New content by path; null deletes. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>
  /** Defaults to the paths. */
  readonly message?: string
}

let seconds = 1_700_000_000

/** Commits in this order, and moves the branches; nobody is told. */
export const push = Effect.fnUntraced(function* (path: string, ...commits: ReadonlyArray<Commit>) {
  const git = yield* Git
  yield* git.run({
    args: ["fast-import", "--quiet", "--force"],
    repository: path,
    stdin: Buffer.concat([...encodeAll(commits), Buffer.from("done\n")])
  })
})

const encodeAll = (commits: ReadonlyArray<Commit>): ReadonlyArray<Buffer> => {
  // fast-import knows branches of its own by their names, and asks git about others
  const written = new Set<string>()
  return commits.map((commit) => {
    const encoded = encode(commit, written)
    written.add(commit.on)
    return encoded
  })
}

const encode = (
  { files, from, merge, message = Object.keys(files).join(", "), on }: Commit,
  written: ReadonlySet<string>
): Buffer => {
  const ref = (branch: string) => `refs/heads/${branch}${written.has(branch) ? "" : "^0"}`
  const parent =
    from === undefined ? (written.has(on) ? "" : `from ${ref(on)}\n`) : from === null ? "" : `from ${ref(from)}\n`
  const who = `Test <test@drover.invalid> ${seconds++} +0000`
  return Buffer.concat([
    Buffer.from(`commit refs/heads/${on}\nauthor ${who}\ncommitter ${who}\n`),
    data(message),
    Buffer.from(parent),
    Buffer.from(merge === undefined ? "" : `merge ${ref(merge)}\n`),
    ...Object.entries(files).flatMap(([path, content]) =>
      content === null ? [Buffer.from(`D ${path}\n`)] : [Buffer.from(`M 100644 inline ${path}\n`), data(content)]
    )
  ])
}

const data = (content: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from(`data ${bytes.byteLength}\n`), bytes, Buffer.from("\n")])
}

/** What git prints, without the newline at its end. */
export const ask = Effect.fnUntraced(function* (path: string, ...args: readonly [string, ...ReadonlyArray<string>]) {
  const git = yield* Git
  const output = yield* git.run({ args, repository: path })
  return Buffer.from(output.stdout).toString().trimEnd()
})

/** What a ref points at; undefined where there is none. */
export const refAt = (path: string, ref: string) =>
  Effect.map(ask(path, "for-each-ref", "--format=%(objectname)", ref), (oid) =>
    oid === "" ? undefined : Oid.make(oid)
  )

/** A new repository with these commits. */
export const repositoryOf = Effect.fnUntraced(function* (...commits: ReadonlyArray<Commit>) {
  const repository = yield* TestRepository.make()
  yield* push(repository.path, ...commits)
  return repository
})
