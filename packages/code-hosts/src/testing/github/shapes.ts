/**
 * People, labels, comments and reviews as GitHub's REST API shows them.
 */
import type {
  ForgeComment,
  ForgeLabel,
  ForgePullRequest,
  ForgeRepository,
  ForgeReview,
  ForgeStatus,
  ForgeUser
} from "../forge/index.ts"

/** GitHub's times have no fractions of a second. */
export const time = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z")

export const timeOrNull = (at: Date | null): string | null => (at === null ? null : time(at))

export const userJson = (api: string, { id, kind, login }: ForgeUser) => {
  const name = encodeURIComponent(login)
  const url = `${api}/users/${name}`
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `${api}/avatars/${id}`,
    gravatar_id: "",
    url,
    html_url: `${api}/${name}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: kind,
    site_admin: false
  }
}

/** What is shown of a user who is asked for, beside. */
export const wholeUserJson = (api: string, user: ForgeUser) => ({
  ...userJson(api, user),
  name: user.login,
  company: null,
  blog: "",
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: "2020-01-01T00:00:00Z",
  updated_at: "2020-01-01T00:00:00Z"
})

export const repositoryUrl = (api: string, { name, owner }: ForgeRepository) => `${api}/repos/${owner}/${name}`

/** `COLLABORATOR` and so on: what somebody is to a repository. */
export const associationOf = ({ owner, roles }: ForgeRepository, { login }: ForgeUser) =>
  login === owner ? "OWNER" : roles.has(login) ? "COLLABORATOR" : "NONE"

export const labelJson = (api: string, repository: ForgeRepository, label: ForgeLabel) => ({
  id: label.id,
  node_id: `LA_${label.id}`,
  url: `${repositoryUrl(api, repository)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  description: label.description,
  color: label.color,
  default: false
})

export const commentJson = (
  api: string,
  repository: ForgeRepository,
  { number }: ForgePullRequest,
  { at, author, body, id }: ForgeComment
) => ({
  id,
  node_id: `IC_${id}`,
  url: `${repositoryUrl(api, repository)}/issues/comments/${id}`,
  html_url: `${api}/${repository.owner}/${repository.name}/pull/${number}#issuecomment-${id}`,
  issue_url: `${repositoryUrl(api, repository)}/issues/${number}`,
  body,
  user: userJson(api, author),
  created_at: time(at),
  updated_at: time(at),
  author_association: associationOf(repository, author)
})

export const reviewJson = (
  api: string,
  repository: ForgeRepository,
  { number }: ForgePullRequest,
  { at, author, body, commit, id, state }: ForgeReview
) => {
  const page = `${api}/${repository.owner}/${repository.name}/pull/${number}#pullrequestreview-${id}`
  const url = `${repositoryUrl(api, repository)}/pulls/${number}`
  return {
    id,
    node_id: `PRR_${id}`,
    user: userJson(api, author),
    body,
    state: state.toUpperCase(),
    html_url: page,
    pull_request_url: url,
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: time(at),
    commit_id: commit,
    author_association: associationOf(repository, author)
  }
}

export const statusJson = (api: string, repository: ForgeRepository, sha: string, status: ForgeStatus) => ({
  url: `${repositoryUrl(api, repository)}/statuses/${sha}`,
  avatar_url: `${api}/avatars/${status.by.id}`,
  id: status.id,
  node_id: `SC_${status.id}`,
  state: status.state,
  description: status.description,
  target_url: null,
  context: status.context,
  created_at: time(status.at),
  updated_at: time(status.at),
  creator: userJson(api, status.by)
})
