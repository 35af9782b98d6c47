/**
 * What may be sent to each operation: what Bitbucket has not heard of it ignores, so whoever sends it is mistaken and
 * would never know.
 */
const ref = (name: string) => [`${name}.id`, `${name}.repository.slug`, `${name}.repository.project.key`]
const person = ["reviewers.user.name", "reviewers.user.slug"]
const words = ["title", "description", "draft"]

const fields: Readonly<Record<string, ReadonlyArray<string>>> = {
  "POST pulls": [...words, ...ref("fromRef"), ...ref("toRef"), ...person],
  "PUT pull": ["id", "version", ...words, ...ref("fromRef"), ...ref("toRef"), ...person],
  "POST decline": ["version", "comment"],
  "POST reopen": ["version"],
  "POST merge": ["version", "message", "strategyId", "autoSubject", "autoMerge"],
  "POST comments": ["text", "severity", "state", "parent.id"],
  "PUT participant": ["status", "lastReviewedCommit", "user.name"]
}

const queries: Readonly<Record<string, ReadonlyArray<string>>> = {
  "GET pulls": ["at", "direction", "draft", "filterText", "state", "order", "limit", "start"],
  "GET activities": ["fromId", "fromType", "limit", "start"],
  "GET changes": ["changeScope", "sinceId", "untilId", "withComments", "limit", "start"],
  "POST decline": ["version"],
  "POST reopen": ["version"],
  "POST merge": ["version"]
}

const namesIn = (value: unknown, below = ""): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, below))
  if (typeof value !== "object" || value === null) return [below]
  return Object.entries(value).flatMap(([name, inner]) => namesIn(inner, below === "" ? name : `${below}.${name}`))
}

export const unknownIn = (operation: string, query: URLSearchParams, body: unknown): ReadonlyArray<string> => [
  ...(body === undefined ? [] : namesIn(body).filter((name) => name !== "" && !fields[operation]?.includes(name))),
  ...[...query.keys()].filter((name) => queries[operation]?.includes(name) !== true)
]
