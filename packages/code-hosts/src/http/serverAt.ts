/** A server's address as paths are put behind it, by one such as a credential is kept for; one below a path stays there. Pure. */
export const serverAt = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`.replace(/\/+$/, "")
}
