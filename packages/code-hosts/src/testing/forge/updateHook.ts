/**
 * The hook by which a branch that is closed to pushes refuses them.
 */
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"

const hook = `#!/bin/sh
for closed in $(git config --get-all forge.closed); do
  if [ "$1" = "$closed" ]; then
    echo "error: Protected branch update failed for $1." >&2
    exit 1
  fi
done
`

export const writeUpdateHook = async (repository: string): Promise<void> => {
  const folder = join(repository, "hooks")
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "update"), hook)
  await chmod(join(folder, "update"), 0o755)
}
