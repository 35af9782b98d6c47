/**
 * A host's address in the one form that all of its spellings have: with a slash at its end, as credentials have it.
 * What is no address stays as it is. Pure.
 *
 * @category getters
 */
export const hostIdOf = (address: string): string => {
  if (!URL.canParse(address)) return address
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname.replace(/\/+$/, "")}/`
}
