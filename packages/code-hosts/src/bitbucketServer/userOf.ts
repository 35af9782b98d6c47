import type { HttpAnswer } from "../http/sendRequest.ts"

/** Whom Bitbucket took the request for, which it says in every answer; undefined: for nobody. Pure. */
export const userOf = (headers: HttpAnswer["headers"]): string | undefined => {
  const name = headers["x-ausername"]
  if (name === undefined || name === "" || name === "anonymous") return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
