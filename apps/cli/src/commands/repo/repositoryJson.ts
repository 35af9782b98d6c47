/**
 * A repository, as `--json` prints it. docs/guides/cli.md has the shape.
 */
import type { Repository } from "@drover/handlers"

export const repositoryJson = (repository: Repository) => ({
  id: repository.id,
  name: repository.name,
  path: repository.path,
  defaultBranch: repository.defaultBranch,
  visibility: repository.visibility,
  pushedAt: repository.pushedAt,
  createdAt: repository.createdAt
})
