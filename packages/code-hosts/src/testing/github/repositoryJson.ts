import type { ForgeRepository, ForgeRole } from "../forge/index.ts"
import { repositoryUrl, time, userJson } from "./shapes.ts"

/** Below the repository's own address, or with what goes there named. */
const plain = [
  "contributors",
  "deployments",
  "downloads",
  "events",
  "forks",
  "hooks",
  "languages",
  "merges",
  "stargazers",
  "subscribers",
  "subscription",
  "tags",
  "teams"
]
const templates: Readonly<Record<string, string>> = {
  archive: "/{archive_format}{/ref}",
  assignees: "/assignees{/user}",
  blobs: "/git/blobs{/sha}",
  branches: "/branches{/branch}",
  collaborators: "/collaborators{/collaborator}",
  comments: "/comments{/number}",
  commits: "/commits{/sha}",
  compare: "/compare/{base}...{head}",
  contents: "/contents/{+path}",
  git_commits: "/git/commits{/sha}",
  git_refs: "/git/refs{/sha}",
  git_tags: "/git/tags{/sha}",
  issue_comment: "/issues/comments{/number}",
  issue_events: "/issues/events{/number}",
  issues: "/issues{/number}",
  keys: "/keys{/key_id}",
  labels: "/labels{/name}",
  milestones: "/milestones{/number}",
  notifications: "/notifications{?since,all,participating}",
  pulls: "/pulls{/number}",
  releases: "/releases{/id}",
  statuses: "/statuses/{sha}",
  trees: "/git/trees{/sha}"
}

/** A repository as it stands within other things. */
export const repositoryJson = (api: string, repository: ForgeRepository) => {
  const { archived, createdAt, defaultBranch, id, mergeMethods, name, ownedBy, owner, pullRequests } = repository
  const url = repositoryUrl(api, repository)
  const page = `${api}/${owner}/${name}`
  const open = [...pullRequests.values()].filter(({ state }) => state === "open").length
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: `${owner}/${name}`,
    owner: userJson(api, ownedBy),
    private: repository.private,
    html_url: page,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(plain.map((what) => [`${what}_url`, `${url}/${what}`])),
    ...Object.fromEntries(Object.entries(templates).map(([what, path]) => [`${what}_url`, `${url}${path}`])),
    git_url: `git://127.0.0.1/${owner}/${name}.git`,
    ssh_url: `git@127.0.0.1:${owner}/${name}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 1,
    default_branch: defaultBranch,
    open_issues: open,
    open_issues_count: open,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived,
    disabled: false,
    visibility: repository.private ? "private" : "public",
    pushed_at: time(createdAt),
    created_at: time(createdAt),
    updated_at: time(createdAt),
    allow_merge_commit: mergeMethods.includes("merge"),
    allow_squash_merge: mergeMethods.includes("squash"),
    allow_rebase_merge: mergeMethods.includes("rebase"),
    allow_auto_merge: repository.autoMerge,
    delete_branch_on_merge: false,
    web_commit_signoff_required: false
  }
}

/** A repository that was asked for itself. */
export const wholeRepositoryJson = (api: string, repository: ForgeRepository, role: ForgeRole) => ({
  ...repositoryJson(api, repository),
  permissions: { admin: role === "admin", maintain: role === "admin", push: role !== "read", triage: true, pull: true },
  network_count: 0,
  subscribers_count: 0
})
