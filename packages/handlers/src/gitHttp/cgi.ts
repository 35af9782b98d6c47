/**
 * How a CGI program is asked, and how it answers (RFC 3875), as far as `git http-backend` goes. Pure.
 */

export interface CgiRequest {
  readonly method: string
  /** Of the repository, and below it. */
  readonly root: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly user: string
}

/** Variables for one request. What a client says gets in only where it is named here. */
export const cgiVariables = ({ headers, method, path, query, root, user }: CgiRequest): Record<string, string> => {
  const taken = {
    CONTENT_TYPE: headers["content-type"],
    // left out for a chunked body, which is read to its end
    CONTENT_LENGTH: headers["content-length"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    GIT_PROTOCOL: protocolOf(headers["git-protocol"])
  }
  return {
    GIT_PROJECT_ROOT: root,
    PATH_INFO: path,
    GIT_HTTP_EXPORT_ALL: "1",
    REQUEST_METHOD: method,
    QUERY_STRING: query,
    REMOTE_USER: user,
    SERVER_PROTOCOL: "HTTP/1.1",
    ...Object.fromEntries(Object.entries(taken).filter((entry): entry is [string, string] => entry[1] !== undefined))
  }
}

const protocolOf = (header: string | undefined): string | undefined =>
  header !== undefined && /^[\w=:.-]{1,200}$/.test(header) ? header : undefined

export interface CgiHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Where the body begins. */
  readonly length: number
}

/** Reads the head of an answer; undefined while it is not all there. */
export const parseHead = (bytes: Uint8Array): CgiHead | undefined => {
  const text = Buffer.from(bytes).toString("latin1")
  const end = /\r?\n\r?\n/.exec(text)
  if (end === null) return undefined
  const lines = text
    .slice(0, end.index)
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(":")
      return colon === -1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const]
    })
  const { status = "200", ...headers } = Object.fromEntries(lines) as Record<string, string>
  return { status: Number.parseInt(status, 10), headers, length: end.index + end[0].length }
}
