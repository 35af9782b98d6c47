/**
 * The `drover` command of this checkout. Beside a running `pnpm dev` it works on that one's database.
 *
 * usage: pnpm drover <command> [flags]
 */
import { developmentDirectory, developmentKeys, urlOfRunning } from "./development-database.ts"

const { DATABASE_URL: named, INIT_CWD: calledFrom } = process.env
if (named === undefined || named === "") {
  const found = urlOfRunning(developmentDirectory())
  if (found !== undefined) {
    process.env["DATABASE_URL"] = found
    Object.assign(process.env, developmentKeys(developmentDirectory(), { make: false }))
  }
}
// pnpm runs scripts in the root of the checkout; paths on the command line are meant from where it was called
if (calledFrom !== undefined) process.chdir(calledFrom)

const main = new URL("../apps/cli/bin/drover.ts", import.meta.url)
await import(main.href)
