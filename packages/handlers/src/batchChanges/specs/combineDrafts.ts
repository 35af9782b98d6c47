/**
 * Of changesets for one branch of one repository makes one: several folders of a repository may be worked on apart and
 * proposed together. Pure.
 */
import type { ChangesetDraft, Drafted } from "./ChangesetDraft.ts"
import { touched } from "./diff/joinDiffs.ts"

/** Those that cannot be one are told, both by name: whichever came last would be the only one. */
export const combineDrafts = (drafts: ReadonlyArray<ChangesetDraft>): Drafted<ChangesetDraft> => {
  const combined: Array<ChangesetDraft> = []
  const problems: Array<Drafted<ChangesetDraft>["problems"][number]> = []
  for (const same of Map.groupBy(drafts, ({ headRef, repositoryId }) => `${repositoryId} ${headRef}`).values()) {
    const [first, ...others] = same.toSorted((a, b) => compare(a.paths, b.paths))
    let one = first!
    for (const other of others) {
      const why = whyApart(one, other)
      if (why === undefined) {
        one = { ...one, paths: [...one.paths, ...other.paths], files: [...one.files, ...other.files] }
      } else {
        const { headRef, repository } = one
        const message = `"${headRef}" is the branch of two changesets, ${placeOf(one)} and ${placeOf(other)}, ${why}`
        problems.push({ repository, path: other.paths[0] ?? "", message })
      }
    }
    combined.push(one)
  }
  return { drafts: problems.length === 0 ? combined : [], problems }
}

const compare = (a: ReadonlyArray<string>, b: ReadonlyArray<string>) =>
  a.join("\0") < b.join("\0") ? -1 : a.join("\0") > b.join("\0") ? 1 : 0

const placeOf = ({ baseRef, paths }: ChangesetDraft): string =>
  `that of ${paths.map((path) => (path === "" ? "the root" : path)).join(" and ")} on ${baseRef}`

/** Undefined: they can be one. */
const whyApart = (one: ChangesetDraft, other: ChangesetDraft): string | undefined => {
  if (one.baseRef !== other.baseRef) {
    return "which start from different branches: put ${{ repository.branch }} into the branch's name"
  }
  if (one.baseSha !== other.baseSha) return "which start from different commits: run the spec again"
  const apart = Object.entries(described).flatMap(([field, name]) =>
    one[field as keyof typeof described] === other[field as keyof typeof described] ? [] : [name]
  )
  if (apart.length > 0) {
    return `whose ${apart.join(" and ")} differ: make them equal, or put \${{ steps.path }} into the branch's name`
  }
  const paths = touched(one.files)
  const both = [...touched(other.files)].filter((path) => paths.has(path))
  return both.length === 0
    ? undefined
    : `which both change ${both.slice(0, 5).join(", ")}: put \${{ steps.path }} into the branch's name`
}

const described = {
  title: "titles",
  body: "bodies",
  commitMessage: "commit messages",
  authorName: "authors",
  authorEmail: "authors' emails",
  published: "publications"
} as const
