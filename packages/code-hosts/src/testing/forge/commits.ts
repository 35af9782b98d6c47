/**
 * Commits that the forge makes: files for a scene, and the three ways to merge.
 */
import { commitsBetween, git } from "./git.ts"

export interface Signature {
  readonly name: string
  readonly email: string
  readonly at: Date
}

const signed = (author: Signature, committer = author) => ({
  GIT_AUTHOR_NAME: author.name,
  GIT_AUTHOR_EMAIL: author.email,
  GIT_AUTHOR_DATE: author.at.toISOString(),
  GIT_COMMITTER_NAME: committer.name,
  GIT_COMMITTER_EMAIL: committer.email,
  GIT_COMMITTER_DATE: committer.at.toISOString()
})

interface NewCommit {
  readonly tree: string
  readonly parents: ReadonlyArray<string>
  readonly message: string
  readonly author: Signature
  readonly committer?: Signature | undefined
}

const commitTree = async (repository: string, { author, committer, message, parents, tree }: NewCommit) => {
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])]
  return (await git(repository, args, { stdin: message, env: signed(author, committer) })).out
}

/** Commits whole files on top of a commit, or of nothing; null takes a file away. */
export const commitFiles = async (
  repository: string,
  parent: string | null,
  files: Readonly<Record<string, string | null>>,
  message: string,
  author: Signature
): Promise<string> => {
  const index = `${repository}/index-${process.pid}-${Math.trunc(performance.now() * 1000)}`
  const env = { GIT_INDEX_FILE: index }
  if (parent !== null) await git(repository, ["read-tree", parent], { env })
  for (const [path, content] of Object.entries(files)) {
    if (content === null) {
      await git(repository, ["update-index", "--index-info"], { env, stdin: `0 ${"0".repeat(40)}\t${path}\n` })
    } else {
      const { out: blob } = await git(repository, ["hash-object", "-w", "--stdin"], { stdin: content })
      await git(repository, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { env })
    }
  }
  const { out: tree } = await git(repository, ["write-tree"], { env })
  return commitTree(repository, { tree, parents: parent === null ? [] : [parent], message, author })
}

/** The tree that two commits merge to; undefined: they conflict. */
export const mergedTree = async (repository: string, ours: string, theirs: string): Promise<string | undefined> => {
  const { code, out } = await git(repository, ["merge-tree", "--write-tree", "--no-messages", ours, theirs], {
    answers: [0, 1]
  })
  return code === 0 ? out.split("\n")[0] : undefined
}

export const mergeCommit = async (repository: string, base: string, head: string, message: string, by: Signature) => {
  const tree = await mergedTree(repository, base, head)
  return tree === undefined ? undefined : commitTree(repository, { tree, parents: [base, head], message, author: by })
}

export const squashCommit = async (
  repository: string,
  base: string,
  head: string,
  message: string,
  author: Signature,
  committer: Signature
) => {
  const tree = await mergedTree(repository, base, head)
  return tree === undefined ? undefined : commitTree(repository, { tree, parents: [base], message, author, committer })
}

/** Each commit of the head again, on top of the base. Undefined where one of them conflicts, or is a merge. */
export const rebaseCommits = async (repository: string, base: string, head: string, committer: Signature) => {
  let onto = base
  for (const commit of await commitsBetween(repository, base, head)) {
    const [parent, ...others] = commit.parents
    if (parent === undefined || others.length > 0) return undefined
    const author = { name: commit.name, email: commit.email, at: new Date(commit.date) }
    // What is there, as a child of the commit's own parent: so that parent is where the two parted.
    const { out: tree } = await git(repository, ["rev-parse", `${onto}^{tree}`])
    const there = await commitTree(repository, { tree, parents: [parent], message: "there", author: committer })
    const merged = await mergedTree(repository, there, commit.oid)
    if (merged === undefined) return undefined
    onto = await commitTree(repository, { tree: merged, parents: [onto], message: commit.message, author, committer })
  }
  return onto
}
