/**
 * A status, as `--json` prints it. docs/guides/cli.md has the shape.
 */
import type { CommitStatus } from "@drover/handlers"

export const statusJson = ({ context, createdAt, description, id, sha, state, targetUrl }: CommitStatus) => ({
  id,
  sha,
  context,
  state,
  description,
  targetUrl,
  createdAt
})
