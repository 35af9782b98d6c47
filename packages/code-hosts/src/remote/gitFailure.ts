/**
 * What git says when it cannot reach a host, or is turned away: sorted once, for all hosts. Pure.
 */
import {
  ArchivedOnHost,
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  RateLimited,
  RejectedByHost,
  RepositoryMissing,
  UnauthorisedOnHost
} from "../CodeHostError.ts"

interface Where {
  readonly host: string
  readonly repository: string
}

/** For a host that says no more than that it is too much. */
const PAUSE = 60_000

/** @param said What git wrote, to both of its outputs. @category errors */
export const gitFailure = (said: string, where: Where): CodeHostError => {
  const status = /The requested URL returned error: (\d{3})/.exec(said)?.[1]
  if (/archived so it is read-only|is archived|repository has been archived/i.test(said))
    return new ArchivedOnHost(where)
  if (/Authentication failed|could not read (Username|Password)|Invalid username or/i.test(said) || status === "401") {
    return new UnauthorisedOnHost(where)
  }
  if (status === "429") return new RateLimited({ ...where, retryAfter: PAUSE })
  if (status === "404" || /[Rr]epository.* not found/.test(said)) return new RepositoryMissing(where)
  const explanation = explain(said)
  const declined = /\[remote rejected\].*\((.*)\)/.exec(said)?.[1]
  if (/protected branch|GH00[06]|not allowed to push|pre-receive hook declined|hook declined/i.test(said)) {
    return new RejectedByHost({ ...where, explanation })
  }
  if (status === "403" || /denied to|Permission .* denied/i.test(said)) {
    return new ForbiddenOnHost({ ...where, explanation })
  }
  if (declined !== undefined || /src refspec .* does not match any/.test(said)) {
    return new RejectedByHost({ ...where, explanation })
  }
  return new HostUnavailable({ ...where, explanation })
}

/** The lines that matter, without progress and addresses. */
const explain = (said: string): string => {
  const lines = said
    .split("\n")
    .map((line) => line.replace(/^(remote: )?\s*((fatal|error): )?/, "").trim())
    .filter(
      (line) => line !== "" && !/^(To |Done$|failed to push|hint:|Total |Counting|Compressing|Writing)/.test(line)
    )
  return (
    lines
      .slice(0, 5)
      .join("; ")
      .replaceAll(/(https?:\/\/)[^/@\s]*@/g, "$1") || "git did not say why"
  )
}
