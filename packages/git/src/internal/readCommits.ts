import { Effect } from "effect"
import { Git } from "../Git.ts"
import { GitFailed, RevisionNotFound } from "../GitError.ts"
import type { GitCommand, GitOutput } from "../GitCommand.ts"
import { isOid, type Oid } from "../Oid.ts"
import { text } from "./text.ts"

/** A commit object, its lines and its message as the bytes they are. */
export interface RawCommit {
  readonly oid: Oid
  readonly tree: Oid
  readonly parents: ReadonlyArray<Oid>
  /** Name, address, seconds and zone. */
  readonly author: Uint8Array
  readonly committer: Uint8Array
  /** The whole line, where the message is not in UTF-8. */
  readonly encoding: Uint8Array | undefined
  readonly message: Uint8Array
}

/** Reads commits in the order they were asked for. One process. Fails with `RevisionNotFound` for the first that is missing. */
export const readCommits = Effect.fnUntraced(function* (repository: string, oids: ReadonlyArray<Oid>) {
  if (oids.length === 0) return []
  const git = yield* Git
  const command = { args: ["cat-file", "--batch"], repository, stdin: oids.map((oid) => `${oid}\n`).join("") } as const
  const output = yield* git.run(command)
  const commits: Array<RawCommit> = []
  let at = 0
  for (const oid of oids) {
    const end = output.stdout.indexOf(NEWLINE, at)
    const [, type, size] = text(output.stdout.subarray(at, end)).split(" ")
    if (type === "missing") return yield* new RevisionNotFound({ revision: oid })
    const from = end + 1
    const commit = type === "commit" ? parse(oid, output.stdout.subarray(from, from + Number(size))) : undefined
    if (commit === undefined) return yield* unreadable(command, output)
    commits.push(commit)
    at = from + Number(size) + 1
  }
  return commits
})

const unreadable = (command: GitCommand, { exitCode, stderr }: GitOutput) =>
  new GitFailed({ args: command.args, exitCode, stderr: `${stderr}an object is not a commit that can be read` })

/** Header lines, an empty line, the message. A line that begins with a space goes on with the one before it. */
const parse = (oid: Oid, object: Uint8Array): RawCommit | undefined => {
  const headers: Array<Uint8Array> = []
  let at = 0
  while (at < object.length && object[at] !== NEWLINE) {
    const found = object.indexOf(NEWLINE, at)
    const end = found === -1 ? object.length : found
    headers.push(object.subarray(at, end))
    at = end + 1
  }
  const all = (name: string) =>
    headers
      .filter((header) => text(header.subarray(0, name.length + 1)) === `${name} `)
      .map((header) => header.subarray(name.length + 1))
  const [tree] = all("tree").map(text)
  const parents = all("parent").map(text)
  const [author] = all("author")
  const [committer] = all("committer")
  const encoding = headers.find((header) => text(header).startsWith("encoding "))
  if (tree === undefined || !isOid(tree) || !parents.every(isOid)) return undefined
  if (author === undefined || committer === undefined) return undefined
  return { oid, tree, parents, author, committer, encoding, message: object.subarray(at + 1) }
}

const NEWLINE = 0x0a
