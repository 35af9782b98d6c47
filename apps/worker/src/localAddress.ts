/** How this host itself reaches what listens at an address: one that stands for all of them is none to call. Pure. */
export const localAddress = (host: string): string =>
  host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host
