/**
 * What the repositories of a fleet have in them, and what is done to them. Pure.
 */
export interface FleetSize {
  readonly repositories: number
  /** Each changes a file in every repository. */
  readonly batchChanges: number
  /** In each repository. */
  readonly files: number
}

/** For `git fast-import`. */
export const fleetHistory = (files: number): string => {
  const who = "Bench <bench@drover.invalid> 1700000000 +0000"
  const content = (index: number) => `export const value = ${index}\n`
  const written = Array.from({ length: files }, (_, index) => {
    const text = content(index)
    return `M 100644 inline src/part-${index % 10}/file-${index}.ts\ndata ${text.length}\n${text}`
  })
  return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata 5\nStart\n${written.join("\n")}\n`
}

/** A diff that makes a file of this name. */
export const newFile = (name: string): string =>
  `diff --git a/${name}.txt b/${name}.txt\nnew file mode 100644\n--- /dev/null\n+++ b/${name}.txt\n@@ -0,0 +1 @@\n+${name}\n`

/** A batch spec of ready-made diffs. JSON is YAML. */
export const specOf = (branch: string, repositories: ReadonlyArray<string>): string =>
  JSON.stringify({
    version: 2,
    name: branch,
    diffs: repositories.map((repository) => ({ repository, diff: newFile(branch) })),
    changesetTemplate: {
      title: `Make ${branch}`,
      branch,
      commit: { message: `Make ${branch}`, author: { name: "Bench", email: "bench@drover.invalid" } },
      published: true
    }
  })
