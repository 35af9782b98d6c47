/**
 * Kinds of flags and arguments that several commands have.
 */
import { Duration, Option } from "effect"
import { Argument, Flag } from "effect/cli"

/** A duration as Effect writes it: `30 seconds`, `90 days`. */
export const duration = (name: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("DURATION"),
    Flag.filterMap(
      (text) =>
        Option.filter(Duration.fromInput(text as Duration.Input), Duration.isFinite).pipe(
          Option.filter(Duration.isPositive)
        ),
      (text) => `Expected a time such as "30 seconds" or "90 days", got: ${text}`
    )
  )

/** How many of a list. */
export const limitTo = (most: number) =>
  Flag.Int("limit").pipe(
    Flag.withDescription("At most how many; defaults to 30"),
    Flag.filter(
      (count) => count >= 1 && count <= most,
      (count) => `Expected a number from 1 to ${most}, got: ${count}`
    ),
    Flag.withDefault(30)
  )

/** An id, which counts from 1. */
export const id = (name: string) =>
  Argument.Int(name).pipe(
    Argument.filter(
      (value) => value >= 1,
      (value) => `Expected a number from 1, got: ${value}`
    )
  )

/** `owner/name`. */
export const repo = Argument.String("repo").pipe(Argument.withDescription("owner/name"))

/** A pull request's. */
export const number = id("number")

/** A flag that is there or not. */
export const given = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))
