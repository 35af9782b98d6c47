/**
 * The git commands alone of publishing changes and merging them: what a batch change cannot do without.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { now } from "../clock.ts"

export interface BareChange {
  /** Of a bare repository. */
  readonly path: string
  readonly branch: string
  readonly diff: string
}

/** As many at a time as the workers do. */
const AT_ONCE = 5

const identity = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "Bench"],
    [`GIT_${who}_EMAIL`, "bench@drover.invalid"],
    [`GIT_${who}_DATE`, "1700000000 +0000"]
  ])
)

const git = (path: string, args: ReadonlyArray<string>, input = "", env: Readonly<Record<string, string>> = {}) =>
  new Promise<string>((resolve, reject) => {
    const child = spawn("git", [`--git-dir=${path}`, ...args], {
      env: { PATH: process.env["PATH"], LC_ALL: "C", ...identity, ...env },
      stdio: ["pipe", "pipe", "inherit"]
    })
    let out = ""
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()))
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`git ${args[0]} ended with ${code}`))
    )
    // one that reads nothing may have ended before
    child.stdin.on("error", () => {})
    child.stdin.end(input)
  })

const publish = async ({ branch, diff, path }: BareChange): Promise<void> => {
  const base = await git(path, ["rev-parse", "refs/heads/main"])
  const env = { GIT_INDEX_FILE: join(path, `index-${branch.replaceAll("/", "-")}`) }
  await git(path, ["read-tree", base], "", env)
  await git(path, ["apply", "--cached", "--whitespace=nowarn", "-"], diff, env)
  const tree = await git(path, ["write-tree"], "", env)
  const commit = await git(path, ["commit-tree", tree, "-p", base], branch)
  await git(path, ["update-ref", `refs/heads/${branch}`, commit, "0".repeat(40)])
}

const merge = async ({ branch, path }: BareChange): Promise<void> => {
  const [base = "", head = ""] = (await git(path, ["rev-parse", "refs/heads/main", `refs/heads/${branch}`])).split("\n")
  const tree = await git(path, ["merge-tree", "--write-tree", base, head])
  const commit = await git(path, ["commit-tree", tree, "-p", base], branch)
  await git(path, ["update-ref", "refs/heads/main", commit, base])
}

/** One after another in a repository: the second merge is built on the first. */
const timed = async (
  changes: ReadonlyArray<BareChange>,
  act: (change: BareChange) => Promise<void>
): Promise<number> => {
  const waiting = [...Map.groupBy(changes, ({ path }) => path).values()]
  const began = now()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let mine = waiting.pop(); mine !== undefined; mine = waiting.pop()) for (const each of mine) await act(each)
    })
  )
  return now() - began
}

/** Milliseconds of each. */
export const bareChanges = async (changes: ReadonlyArray<BareChange>) => ({
  publish: await timed(changes, publish),
  merge: await timed(changes, merge)
})
