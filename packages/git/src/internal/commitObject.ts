import { Effect } from "effect"
import { Git } from "../Git.ts"
import type { Oid } from "../Oid.ts"
import type { RawCommit } from "./readCommits.ts"
import { readOid } from "./readOid.ts"
import { concat, toBytes } from "./text.ts"

/** A commit as git stores it. Without an original it is nobody's: for a merge to find its base by. */
export const commitObject = ({
  committer = "nobody <nobody> 0 +0000",
  original = { author: toBytes(committer), encoding: undefined, message: new Uint8Array() },
  parent,
  tree
}: {
  readonly tree: Oid
  readonly parent: Oid
  readonly committer?: string
  readonly original?: Pick<RawCommit, "author" | "encoding" | "message">
}): Uint8Array =>
  concat([
    toBytes(`tree ${tree}\nparent ${parent}\nauthor `),
    original.author,
    toBytes(`\ncommitter ${committer}\n`),
    ...(original.encoding === undefined ? [] : [original.encoding, toBytes("\n")]),
    toBytes("\n"),
    original.message
  ])

/** Gives its id. */
export const writeCommit = Effect.fnUntraced(function* (
  repository: string,
  object: Uint8Array,
  env: Readonly<Record<string, string>> = {}
) {
  const git = yield* Git
  const command = { args: ["hash-object", "-t", "commit", "-w", "--stdin"], repository, stdin: object, env } as const
  return yield* git.run(command).pipe(Effect.flatMap(readOid(command)))
})
