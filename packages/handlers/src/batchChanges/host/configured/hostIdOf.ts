/**
 * A host's address in the one form that all of its spellings have: with a slash at its end, as credentials have it.
 * What is no address of a host stays as it is. Pure.
 *
 * @category getters
 */
export const hostIdOf = (address: string): string => {
  if (!URL.canParse(address)) return address
  const { hash, origin, password, pathname, search, username } = new URL(address)
  // whoever checks it must see what should not be in it
  if ([hash, password, search, username].some((part) => part !== "")) return address
  return `${origin}${pathname.replace(/\/+$/, "")}/`
}
