/**
 * Every example runs on a database of its own and prints what its expected.txt says; and the guides show the
 * examples as they are.
 */
import { execFile } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import postgres from "postgres"
import { describe, expect, inject, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
/** Programs; batch specs are run by the demo, and its test. */
const examples = readdirSync(`${root}/examples`).filter((name) => existsSync(`${root}/examples/${name}/package.json`))

const withDatabase = async <A>(name: string, use: (url: string) => Promise<A>): Promise<A> => {
  const admin = postgres(inject("postgresUrl"), { max: 1, onnotice: () => {} })
  const url = new URL(inject("postgresUrl"))
  url.pathname = `/${name}`
  await admin.unsafe(`create database ${name}`)
  try {
    return await use(url.href)
  } finally {
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  }
}

describe("examples", () => {
  it.each(examples)("%s prints what it promises", async (example) => {
    const folder = `${root}/examples/${example}`

    const { stdout } = await withDatabase(`example_${example.replaceAll("-", "_")}_${process.pid}`, (url) =>
      promisify(execFile)(process.execPath, ["src/main.ts"], {
        cwd: folder,
        env: { ...process.env, DATABASE_URL: url }
      })
    )

    expect(stdout).toBe(readFileSync(`${folder}/expected.txt`, "utf8"))
  })
})

/** A code block that names its source in the line before: `<!-- examples/a/src/b.ts -->`. */
const quotes = (guide: string) =>
  [...guide.matchAll(/<!-- (examples\/\S+) -->\n+```\w+\n([\s\S]*?)```/g)].map(([, file, text]) => ({
    file: file ?? "",
    text: text ?? ""
  }))

describe("guides", () => {
  const guides = ["README.md", ...readdirSync(`${root}/docs/guides`).map((name) => `docs/guides/${name}`)]

  it.each(guides)("%s quotes the examples word for word", (guide) => {
    for (const { file, text } of quotes(readFileSync(`${root}/${guide}`, "utf8"))) {
      expect(readFileSync(`${root}/${file}`, "utf8")).toContain(text)
    }
  })

  it("quote the examples at all", () => {
    const quoted = guides.flatMap((guide) => quotes(readFileSync(`${root}/${guide}`, "utf8")))

    expect(quoted.map(({ file }) => file)).toContain("examples/add-a-worker/src/schema.ts")
  })
})
