/**
 * Makes changesets of what the steps gave in one workspace: one for the changeset template, and one for each group of
 * `transformChanges` that has files. Pure.
 */
import { branchRule } from "../spec/branchRule.ts"
import type { BatchSpec, ChangesetTemplate } from "../spec/BatchSpec.ts"
import { TemplateProblem } from "../template/Expression.ts"
import { render, type Scope } from "../template/render.ts"
import type { ChangesetDraft, Drafted } from "./ChangesetDraft.ts"
import { changesetScope, type EndedWorkspace, laterScope } from "./changesetScope.ts"
import { DiffProblem } from "./diff/FileDiff.ts"
import { splitDiff } from "./diff/splitDiff.ts"
import { groupFiles, groupsFor } from "./groupFiles.ts"
import { publishedValue } from "./publishedValue.ts"

/** Who commits where the spec does not say. */
export interface Author {
  readonly name: string
  readonly email: string
}

/** Where nothing changed there is no changeset. */
export const draftChangesets = (
  spec: BatchSpec,
  template: ChangesetTemplate,
  author: Author,
  workspace: EndedWorkspace
): Drafted<ChangesetDraft> => {
  const problems: Array<string> = []
  const done = (drafts: ReadonlyArray<ChangesetDraft> = []): Drafted<ChangesetDraft> => ({
    drafts: problems.length === 0 ? drafts : [],
    problems: problems.map((message) => ({ repository: workspace.repository, path: workspace.path, message }))
  })
  const files = splitDiff(workspace.diff)
  if (files instanceof DiffProblem) {
    problems.push(files.message)
    return done()
  }
  if (files.length === 0) return done()

  const scope = changesetScope(spec, workspace)
  const fill = (name: string, source: string, more: Scope = {}): string => {
    const text = render(source, { ...scope, ...more })
    if (!(text instanceof TemplateProblem)) return text
    problems.push(`${name}: ${text.message}`)
    return "?"
  }
  const filled = (name: string, source: string): string => {
    const text = fill(name, source)
    if (text.trim() === "") problems.push(`${name} is blank`)
    return text
  }
  const title = filled("the title", template.title).trim()
  if (/\p{Cc}/u.test(title)) problems.push("the title has more than one line, or control characters in it")
  const all = {
    repositoryId: workspace.repositoryId,
    repository: workspace.repository,
    paths: [workspace.path],
    baseRef: workspace.branch,
    baseSha: workspace.baseSha,
    title,
    body: fill("the body", template.body ?? "", laterScope),
    commitMessage: filled("the commit message", template.commit.message),
    authorName: filled("the author's name", template.commit.author?.name ?? author.name).trim(),
    authorEmail: filled("the author's email", template.commit.author?.email ?? author.email).trim()
  }
  const branchOf = (name: string, source: string): string => {
    const branch = fill(name, source).trim()
    const rule = branchRule(branch)
    if (rule !== undefined) problems.push(`${name} cannot be ${JSON.stringify(branch)}, because ${rule}`)
    else if (branch === workspace.branch) {
      problems.push(`${name} is "${branch}", which is the branch that it is to be merged into: choose another`)
    }
    return branch
  }
  const groups = groupsFor(spec, workspace.repository)
  const parts = [...groupFiles(files, groups)].toSorted(([a], [b]) => a - b)
  const drafts = parts.map(([number, part]): ChangesetDraft => {
    const group = groups[number]
    const headRef =
      group === undefined
        ? branchOf("the branch", template.branch)
        : branchOf(`the branch of group "${group.directory}"`, group.branch)
    return {
      ...all,
      headRef,
      published: publishedValue(template.published, workspace.repository, headRef),
      files: part
    }
  })
  return done(drafts)
}
