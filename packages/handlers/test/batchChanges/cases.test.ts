/** docs/batch-change-cases.md names files of tests that there are, and leaves none out. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const here = fileURLToPath(new URL(".", import.meta.url))
const page = readFileSync(new URL("../../../../docs/batch-change-cases.md", import.meta.url), "utf8")

const named = new Set(Array.from(page.matchAll(/`([\w/.]+\.test\.ts)`/g), ([, file = ""]) => file))
/** These hold how, and not what: plans of statements, and this page. */
const others = /(?:^|\/|[a-z])[Pp]lans\.test\.ts$|^cases\.test\.ts$/
/** A longer run of the same beside it. */
const hasQuickOne = (file: string) =>
  file.endsWith(".slow.test.ts") && existsSync(here + file.replace(".slow.test.ts", ".test.ts"))

describe("docs/batch-change-cases.md", () => {
  it("names a file of tests in every row", () => {
    const rows = page.split("\n").filter((line) => /^\| (?!-|case )/.test(line))
    expect(rows.length).toBeGreaterThan(40)
    expect(rows.filter((row) => !/`[\w/.]+\.test\.ts` +\|$/.test(row))).toEqual([])
  })

  it("names files that there are", () => {
    const missing = [...named].filter((file) => ![here + file, `${here}../${file}`].some((path) => existsSync(path)))
    expect(missing).toEqual([])
  })

  it("leaves out no file of tests that is about cases", () => {
    const files = globSync("**/*.test.ts", { cwd: here }).filter((file) => !others.test(file) && !hasQuickOne(file))
    expect(files.filter((file) => !named.has(file))).toEqual([])
  })
})
