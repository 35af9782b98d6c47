/**
 * GitLab carries out a line that is `/merge` or `/label ~urgent`, as who sent it, and takes it out of the text. A
 * backslash before it is not shown, and makes it words. Pure.
 *
 * Whatever looks like one is taken for one: GitLab learns new ones, and which code blocks it leaves alone differs from
 * version to version. Paths and comments, `/usr/bin` and `// why`, are none.
 */
const action = /^(?=\\*\/[\w-]+(?:\s|$))/gm
const escaped = /^\\(?=\\*\/[\w-]+(?:\s|$))/gm

/** As it is sent. GitLab deletes carriage returns before it looks for actions, so none may hide one. */
export const escapeActions = (text: string): string => text.replaceAll("\r", "").replaceAll(action, "\\")

/** As it was before. */
export const unescapeActions = (text: string): string => text.replaceAll(escaped, "")
