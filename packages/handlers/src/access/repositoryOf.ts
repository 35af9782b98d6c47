import type { PullRequest } from "../pullRequests/findPullRequest.ts"

/** The repository of a pull request, as `requireRole` asks for it. */
export const repositoryOf = ({ repositoryId: id, repositoryName: name }: PullRequest) => ({ id, name })
