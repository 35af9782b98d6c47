/** docs/credential-cases.md names tests that there are, and leaves out no file of them. */
import { readdirSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { describe, expect, it } from "vitest"

const root = new URL("../../../../", import.meta.url)
const page = readFileSync(new URL("docs/credential-cases.md", root), "utf8")

const folders: Readonly<Record<string, string>> = {
  core: "packages/core/test/outOfBand/",
  migrator: "apps/migrator/test/",
  worker: "apps/worker/test/",
  cli: "apps/cli/test/"
}
const here = "packages/handlers/test/credentials/"

const placeOf = (name: string): string => {
  const [first = "", ...rest] = name.split("/")
  const folder = folders[first]
  return folder === undefined ? here + name : folder + rest.join("/")
}

/** Each file with the titles that stand behind it, up to the next. */
const named = page
  .split("\n")
  .filter((line) => /^\|.*\.test\.ts`/.test(line))
  .flatMap((line) =>
    Array.from(line.matchAll(/`([\w/.]+\.test\.ts)`((?:,? "[^"]+")+)/g), ([, file = "", titles = ""]) =>
      Array.from(titles.matchAll(/"([^"]+)"/g), ([, title = ""]) => [file, title] as const)
    ).flat()
  )

describe("docs/credential-cases.md", () => {
  it("names more than fifty tests, in every row", () => {
    expect(named.length).toBeGreaterThan(50)
    const rows = page.split("\n").filter((line) => /^\| (?!-|case )/.test(line))
    expect(rows.filter((row) => !/\.test\.ts` "/.test(row))).toEqual([])
  })

  it("names tests that there are", () => {
    const missing = named.filter(([file, title]) => !readFileSync(new URL(placeOf(file), root), "utf8").includes(title))
    expect(missing).toEqual([])
  })

  it.each([
    [here, ""],
    [folders["core"] ?? "", "core/"]
  ])("names every file of tests in %s that is about cases", (folder, prefix) => {
    // these hold how, and not what: codecs of their own, plans, and this page
    const others = new Set(["cases.test.ts", "plans.test.ts"])
    const files = readdirSync(new URL(folder, root)).filter((name) => name.endsWith(".test.ts") && !others.has(name))
    const known = new Set(named.map(([file]) => file))
    expect(files.map((name) => prefix + basename(name)).filter((name) => !known.has(name))).toEqual([])
  })
})
