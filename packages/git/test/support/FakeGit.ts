import { execFileSync } from "node:child_process"
import { Effect, FileSystem } from "effect"

/**
 * A `git` of our own on an otherwise empty search path, that can be held still: it says `started`
 * through one fifo and then waits on another, which nobody opens.
 */
export const make = Effect.fnUntraced(function* (body: string, version = "git version 2.39.5") {
  const fileSystem = yield* FileSystem.FileSystem
  const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "fake-git-" })
  const started = `${folder}/started`
  const gate = `${folder}/gate`
  execFileSync("mkfifo", [started, gate])
  const script = `#!/bin/sh
[ "$1" = version ] && { echo "${version}"; exit 0; }
started='${started}' gate='${gate}'
${body}
`
  yield* fileSystem.writeFileString(`${folder}/git`, script, { mode: 0o755 })
  return {
    searchPath: folder,
    /** Waits until the script has written its process ids to `$started`. */
    pids: fileSystem.readFileString(started).pipe(Effect.map((text) => text.trim().split(" ").map(Number)))
  }
})

/** Says who it is, and waits for ever. */
export const hold = `echo $$ > "$started"; read line < "$gate"`

/** Starts a child that waits for ever, says who both are, and waits for it. */
export const holdWithChild = `(read line < "$gate") & echo "$$ $!" > "$started"; wait`

/** Like `hold`, but does not stop when asked to. */
export const holdStubbornly = `trap '' TERM; ${hold}`

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
