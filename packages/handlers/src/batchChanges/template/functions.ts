/**
 * The functions that templates may call. Pure.
 */
import { matchesPattern } from "../../protection/matchPattern.ts"

export type Value = string | number | boolean | null | ReadonlyArray<unknown> | Readonly<Record<string, unknown>>

interface TemplateFunction {
  readonly min: number
  readonly max: number
  readonly call: (...values: ReadonlyArray<Value>) => Value
}

/** As it reads in a text: a list with spaces between, nothing for null. */
export const print = (value: unknown): string => {
  if (value === null || value === undefined) return ""
  if (Array.isArray(value)) return value.map(print).join(" ")
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** Everything is true but false, null, zero, and what is empty. */
export const truthy = (value: Value): boolean => {
  if (typeof value === "string") return value !== "" && value !== "false"
  if (Array.isArray(value)) return value.length > 0
  return Boolean(value)
}

const list = (value: Value): ReadonlyArray<unknown> => (Array.isArray(value) ? value : value === null ? [] : [value])
const of = (arity: number, call: TemplateFunction["call"]): TemplateFunction => ({ min: arity, max: arity, call })
const many = (call: TemplateFunction["call"]): TemplateFunction => ({ min: 1, max: Infinity, call })

export const functions: Readonly<Record<string, TemplateFunction>> = {
  join: of(2, (values, between) => list(values).map(print).join(print(between))),
  split: of(2, (value, at) => print(value).split(print(at))),
  replace: of(3, (value, from, to) => print(value).replaceAll(print(from), () => print(to))),
  /** Joins what is not empty. */
  join_if: {
    min: 2,
    max: Infinity,
    call: (between, ...values) =>
      values
        .map(print)
        .filter((each) => each !== "")
        .join(print(between))
  },
  matches: of(2, (value, pattern) => matchesPattern(print(pattern), print(value))),
  eq: { min: 2, max: Infinity, call: (first, ...others) => others.some((other) => print(other) === print(first)) },
  ne: of(2, (a, b) => print(a) !== print(b)),
  not: of(1, (value) => !truthy(value)),
  and: many((...values) => values.find((value) => !truthy(value)) ?? values.at(-1)!),
  or: many((...values) => values.find(truthy) ?? values.at(-1)!)
}
