/**
 * What an operation of the REST API is given, and what it demands first.
 */
import type {
  Forge,
  ForgePullRequest,
  ForgeRepository,
  ForgeRole,
  ForgeToken,
  HostReply,
  HostRequest
} from "../../forge/index.ts"

export interface Asked {
  readonly forge: Forge
  /** Where the API is: `http://127.0.0.1:1234`. */
  readonly api: string
  readonly token: ForgeToken
  readonly request: HostRequest
  readonly body: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, string>>
}

export interface AskedOfRepository extends Asked {
  readonly repository: ForgeRepository
  readonly role: ForgeRole
}

export interface AskedOfPullRequest extends AskedOfRepository {
  readonly pullRequest: ForgePullRequest
}

type Answer<A> = (asked: A) => HostReply | Promise<HostReply>

export type Route = {
  readonly method: string
  readonly path: ReadonlyArray<string>
  readonly needs: ForgeRole
} & (
  | { readonly of: "anything"; readonly answer: Answer<Asked> }
  | { readonly of: "repository"; readonly answer: Answer<AskedOfRepository> }
  | { readonly of: "pull request"; readonly answer: Answer<AskedOfPullRequest> }
)

const parse = (name: string) => {
  const [method = "", path = ""] = name.split(" ")
  return { method, path: path.split("/") }
}

const repositoryPath = "/repos/:owner/:repo"

export const anything = (name: string, answer: Answer<Asked>): Route => ({
  ...parse(name),
  needs: "read",
  of: "anything",
  answer
})

/** The path is below the repository's. */
export const ofRepository = (name: string, needs: ForgeRole, answer: Answer<AskedOfRepository>): Route => ({
  ...parse(name.replace(" ", ` ${repositoryPath}`)),
  needs,
  of: "repository",
  answer
})

/** The path is below the repository's, and names a pull request by `:number`. */
export const ofPullRequest = (name: string, needs: ForgeRole, answer: Answer<AskedOfPullRequest>): Route => ({
  ...parse(name.replace(" ", ` ${repositoryPath}`)),
  needs,
  of: "pull request",
  answer
})

/** What a path says for the names of a route; undefined: it is another's. */
export const match = (route: Route, method: string, path: string): Readonly<Record<string, string>> | undefined => {
  const parts = path.split("/")
  if (route.method !== method || parts.length !== route.path.length) return undefined
  const found: Record<string, string> = {}
  for (const [at, name] of route.path.entries()) {
    const part = decodeURIComponent(parts[at] ?? "")
    if (name.startsWith(":")) found[name.slice(1)] = part
    else if (name !== part) return undefined
  }
  return found
}

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** A page of a list, and where the next one is. */
export const page = (
  { api, request }: Asked,
  items: ReadonlyArray<unknown>
): HostReply & { readonly body: ReadonlyArray<unknown> } => {
  const size = Math.min(100, Number(request.query.get("per_page") ?? 30))
  const number = Number(request.query.get("page") ?? 1)
  const body = items.slice((number - 1) * size, number * size)
  if (number * size >= items.length) return { status: 200, body }
  const link = (at: number, relation: string) => {
    const query = new URLSearchParams(request.query)
    query.set("page", String(at))
    return `<${api}${request.path}?${query.toString()}>; rel="${relation}"`
  }
  const links = [link(number + 1, "next"), link(Math.ceil(items.length / size), "last")]
  return { status: 200, body, headers: { Link: links.join(", ") } }
}
