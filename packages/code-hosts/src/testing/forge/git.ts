/**
 * Git as the forge of the tests runs it, by itself: a fake that shared Drover's own plumbing would share its mistakes.
 */
import { spawn } from "node:child_process"

/** @internal */
export interface GitRun {
  /** Exit codes that are answers. Defaults to 0 alone. */
  readonly answers?: ReadonlyArray<number> | undefined
  readonly stdin?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** What a git process sees: nothing of the user's, nobody to ask. */
export const gitEnvironment = (): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0"
})

/** Runs git on a bare repository, and gives what it prints, without the last line end. */
export const git = async (
  repository: string,
  args: ReadonlyArray<string>,
  { answers = [0], env, stdin }: GitRun = {}
): Promise<{ readonly code: number; readonly out: string }> => {
  const child = spawn("git", [`--git-dir=${repository}`, ...args], { env: { ...gitEnvironment(), ...env } })
  const out: Array<Buffer> = []
  const err: Array<Buffer> = []
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk))
  // whoever ends early does not read what is left
  child.stdin.on("error", () => undefined)
  child.stdin.end(stdin ?? "")
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (status) => resolve(status ?? -1))
  })
  if (!answers.includes(code)) {
    throw new Error(`git ${args.join(" ")} ended with ${code}: ${Buffer.concat(err).toString()}`)
  }
  return { code, out: Buffer.concat(out).toString().replace(/\n$/, "") }
}

/** The branches of a repository and where they are. */
export const branchesOf = async (repository: string): Promise<ReadonlyMap<string, string>> => {
  const { out } = await git(repository, ["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads"])
  const lines = out === "" ? [] : out.split("\n")
  return new Map(lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]))
}

/** Whether everything of `ancestor` is in `descendant`. */
export const isAncestor = async (repository: string, ancestor: string, descendant: string): Promise<boolean> =>
  (await git(repository, ["merge-base", "--is-ancestor", ancestor, descendant], { answers: [0, 1] })).code === 0

/** Moves a branch by compare-and-swap; `from` null: it was nowhere. */
export const moveBranch = (repository: string, branch: string, to: string, from: string | null) =>
  git(repository, ["update-ref", `refs/heads/${branch}`, to, from ?? "0".repeat(to.length)])

/** The commits of `head` that `base` lacks, from the oldest. */
export const commitsBetween = async (repository: string, base: string, head: string) => {
  const format = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%B%x00%x01"
  const { out } = await git(repository, ["log", "--reverse", "--topo-order", `--format=${format}`, `${base}..${head}`])
  return out
    .split("\u0001")
    .map((record) => record.replace(/^\n/, ""))
    .filter((record) => record !== "")
    .map((record) => {
      const [oid = "", tree = "", parents = "", name = "", email = "", date = "", message = ""] = record.split("\0")
      return {
        oid,
        tree,
        parents: parents === "" ? [] : parents.split(" "),
        name,
        email,
        date,
        message: message.trim()
      }
    })
}

/** Lines and files that `head` changes since it left `base`. */
export const diffTotals = async (repository: string, base: string, head: string) => {
  const { out } = await git(repository, ["diff", "--numstat", "-z", "--no-renames", `${base}...${head}`], {
    answers: [0, 128]
  })
  const files = out
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [added = "-", removed = "-", ...path] = line.split("\t")
      return { path: path.join("\t"), additions: Number(added) || 0, deletions: Number(removed) || 0 }
    })
  const sum = (key: "additions" | "deletions") => files.reduce((total, file) => total + file[key], 0)
  return { files, additions: sum("additions"), deletions: sum("deletions") }
}
