/**
 * A repository of real code, as input of `git fast-import`: what this workspace depends on. Made-up words would cost an
 * index of trigrams more or less than code does, as one likes. The same for every run of one lock file.
 */
import { globSync, readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"

const packages = fileURLToPath(new URL("../../../node_modules/.pnpm", import.meta.url))

/** Of one file, in bytes: what people write, and not what is bundled. */
const SMALLEST = 200
const LARGEST = 64 * 1024

export const sourceHistory = function* (files: number): Generator<string> {
  yield "commit refs/heads/main\ncommitter Bench <bench@drover.invalid> 1700000000 +0000\ndata 2\ngo\n"
  let count = 0
  for (const { path, text } of sources(files)) {
    yield `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`
    count++
  }
  if (count < files) throw new Error(`there are only ${count} different files of code in ${packages}: ask for fewer`)
}

/** Spread over all packages; each content once. */
const sources = function* (files: number) {
  const candidates = globSync("*/node_modules/**/*.{ts,js,mjs,cjs,json,md}", { cwd: packages }).toSorted()
  const seen = new Set<string>()
  const step = Math.max(1, Math.floor(candidates.length / (files * 2)))
  for (let start = 0; start < step; start++) {
    for (let at = start; at < candidates.length; at += step) {
      if (seen.size === files) return
      const path = candidates[at]!
      const text = read(path)
      if (text === undefined || seen.has(text)) continue
      seen.add(text)
      yield { path: path.replace(/^([^/]*)\/node_modules\//, "$1/").replaceAll(/[^\w./@-]/g, "_"), text }
    }
  }
}

/** Undefined for what is no text of a usual size. */
const read = (path: string): string | undefined => {
  const full = `${packages}/${path}`
  const found = statSync(full, { throwIfNoEntry: false })
  if (found?.isFile() !== true || found.size < SMALLEST || found.size > LARGEST) return undefined
  const text = readFileSync(full, "utf8")
  return text.includes("\0") || text.includes("\uFFFD") ? undefined : text
}
