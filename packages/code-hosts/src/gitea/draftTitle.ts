/**
 * A draft is a pull request whose title begins so. Pure.
 */

/** What Gitea and Forgejo take for one by themselves, and what people from elsewhere write. */
const prefix = /^\s*(?:\[(?:wip|draft)\]|(?:wip|draft):)\s*/i

/** @param draft What the host says, where it is new enough to say it. @category drafts */
export const readTitle = (
  title: string,
  draft: boolean | null | undefined
): { readonly title: string; readonly draft: boolean } => {
  const isDraft = draft ?? prefix.test(title)
  return { title: isDraft ? readyTitle(title) : title, draft: isDraft }
}

/** @category drafts */
export const draftTitle = (title: string): string => (prefix.test(title) ? title : `WIP: ${title}`)

/** @category drafts */
export const readyTitle = (title: string): string => {
  const rest = title.replace(prefix, "")
  return prefix.test(rest) ? readyTitle(rest) : rest
}
