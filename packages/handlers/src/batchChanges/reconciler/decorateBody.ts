/**
 * The body of a pull request, with the reference to its batch change. Pure.
 */

/** As it stands in a body whose template named it. */
const variable = /\$\{\{\s*batch_change_link\s*\}\}/g

/** In the place of the variable, or at the end where there is none. */
export const decorateBody = (body: string, link: string): string => {
  if (body.search(variable) >= 0) return body.replaceAll(variable, () => link)
  const text = body.trimEnd()
  return text === "" ? link : `${text}\n\n${link}`
}
