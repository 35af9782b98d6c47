import { Effect } from "effect"
import { CheckRejected } from "./CheckError.ts"

/** A part of a long list. @category options */
export interface Page {
  /** Counts from 1, which is the default. */
  readonly page?: number | undefined
  /** 1 to 100. Defaults to 30. */
  readonly perPage?: number | undefined
}

/** As a statement wants it. */
export const offsetOf = ({ page = 1, perPage = 30 }: Page) => {
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 100) {
    return Effect.fail(new CheckRejected({ field: "number of items a page", rule: "must be 1 to 100" }))
  }
  return Number.isInteger(page) && page >= 1 && page <= 1_000_000
    ? Effect.succeed({ limit: perPage, offset: (page - 1) * perPage })
    : Effect.fail(new CheckRejected({ field: "page", rule: "must be 1 or more" }))
}
