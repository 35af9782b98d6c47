/**
 * Whether the schema in the code is the one that the migrations make: asked of drizzle-kit, in a checkout.
 */
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"

const script = fileURLToPath(new URL("../../../../scripts/check-migrations.ts", import.meta.url))
const checkedOut = fileURLToPath(new URL("../../../../drizzle", import.meta.url))

/** Undefined: it is. Another folder than the checkout's has no code to be compared with. */
export const findDrift = (folder: string): Effect.Effect<string | undefined> =>
  Effect.callback((resume) => {
    if (resolve(folder) !== resolve(checkedOut) || !existsSync(script)) return resume(Effect.succeed(undefined))
    const child = execFile(process.execPath, [script], (error, stdout, stderr) =>
      resume(Effect.succeed(error === null ? undefined : `${stdout}${stderr}`.trim()))
    )
    return Effect.sync(() => void child.kill())
  })
