/**
 * GitLab keeps in the title whether it is a draft. Pure.
 */
const prefix = /^\s*(\[draft\]|\(draft\)|draft:|draft -|\[wip\]|wip:)\s*/i

export const withDraft = (title: string): string => (prefix.test(title) ? title : `Draft: ${title}`)

/** However often it says so. */
export const withoutDraft = (title: string): string => {
  const rest = title.replace(prefix, "")
  return rest === title ? title : withoutDraft(rest)
}
