import { Git, initBare } from "@drover/git"
import { Effect, FileSystem } from "effect"

/** A repository with a commit on `main`, and an empty one that it is pushed to. */
export const twoRepositories = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const git = yield* Git
  const folder = yield* files.makeTempDirectoryScoped()
  const [from, to] = [`${folder}/from.git`, `${folder}/to.git`]
  for (const path of [from, to]) yield* initBare({ path })
  const said = (output: { readonly stdout: Uint8Array }) => Buffer.from(output.stdout).toString().trim()
  const tree = said(yield* git.run({ repository: from, args: ["mktree"], stdin: "" }))
  const identity = { name: "Ada", email: "ada@example.invalid" }
  const env = {
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email
  }
  const commit = said(yield* git.run({ repository: from, args: ["commit-tree", tree, "-m", "One"], env }))
  yield* git.run({ repository: from, args: ["update-ref", "refs/heads/main", commit] })
  const tip = Effect.map(git.run({ repository: to, args: ["for-each-ref", "--format=%(objectname)"] }), said)
  const push = (url: string, env_: Readonly<Record<string, string>>) =>
    git.run({ repository: from, args: ["push", "--quiet", "--end-of-options", url, "refs/heads/main"], env: env_ })
  return { to, commit, tip, push }
})
