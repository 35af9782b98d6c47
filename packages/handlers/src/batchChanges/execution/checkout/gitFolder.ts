/**
 * The files of a git folder that borrows its objects. No command of git is needed to make one, and none of the host's
 * settings gets in.
 */
import { Effect, FileSystem } from "effect"

export interface GitFolder {
  /** Where it goes. */
  readonly folder: string
  /** Folders of objects of other repositories: they are read, never written. */
  readonly objects: ReadonlyArray<string>
  /** The branch that `HEAD` names, and the commit that it is at. */
  readonly branch: string
  readonly commit: string
  /** Patterns of what is checked out. Undefined: everything. */
  readonly sparse: ReadonlyArray<string> | undefined
  /** Whether files belong to it that stand beside it. */
  readonly bare: boolean
}

export const makeGitFolder = Effect.fnUntraced(function* ({
  bare,
  branch,
  commit,
  folder,
  objects,
  sparse
}: GitFolder) {
  const files = yield* FileSystem.FileSystem
  const ref = `refs/heads/${branch}`
  const config = [
    "[core]",
    `repositoryformatversion = ${commit.length === 64 ? 1 : 0}`,
    `bare = ${bare}`,
    "filemode = true",
    ...(sparse === undefined ? [] : ["sparseCheckout = true", "sparseCheckoutCone = false"]),
    ...(commit.length === 64 ? ["[extensions]", "objectFormat = sha256"] : []),
    "[advice]",
    "addEmbeddedRepo = false"
  ]
  yield* files.makeDirectory(`${folder}/objects/info`, { recursive: true })
  yield* files.makeDirectory(`${folder}/info`, { recursive: true })
  yield* files.makeDirectory(`${folder}/${ref.slice(0, ref.lastIndexOf("/"))}`, { recursive: true })
  yield* Effect.all([
    files.writeFileString(`${folder}/HEAD`, `ref: ${ref}\n`),
    files.writeFileString(`${folder}/${ref}`, `${commit}\n`),
    files.writeFileString(`${folder}/config`, lines(config)),
    files.writeFileString(`${folder}/info/attributes`, `${RAW}\n`),
    files.writeFileString(`${folder}/objects/info/alternates`, lines(objects.map(quotePath))),
    ...(sparse === undefined ? [] : [files.writeFileString(`${folder}/info/sparse-checkout`, lines(sparse))])
  ])
})

/**
 * Steps see the bytes that commits hold, and what they write is kept as it is: no line ending is converted, no keyword
 * filled in, no filter run. What is in a `.gitattributes` cannot make files differ that nobody touched.
 */
const RAW = "* -text -ident -filter !working-tree-encoding"

const lines = (all: ReadonlyArray<string>): string => all.map((line) => `${line}\n`).join("")

/** As in C, which git reads in a list of object folders. */
const quotePath = (path: string): string => `"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`
