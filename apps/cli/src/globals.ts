/**
 * Flags that every command has, wherever on the line they stand.
 */
import { Flag, GlobalFlag } from "effect/cli"

export const Json = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withoutNegation,
    Flag.withDescription("Print JSON on standard output, and errors as JSON on standard error"),
    Flag.withDefault(false)
  )
})

export const DatabaseUrl = GlobalFlag.Setting("database")({
  flag: Flag.Redacted("database").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription("The database to work on; defaults to DATABASE_URL"),
    Flag.optional
  )
})

export const As = GlobalFlag.Setting("as")({
  flag: Flag.String("as").pipe(
    Flag.withMetavar("LOGIN"),
    Flag.withDescription("Act as this user, with what they may do; defaults to the operator, who may do everything"),
    Flag.optional
  )
})

export const Colour = GlobalFlag.Setting("color")({
  flag: Flag.Boolean("color").pipe(
    Flag.withDescription("Colours, or none; defaults to colours on a terminal, unless NO_COLOR is set"),
    Flag.optional
  )
})

export const globals = [Json, DatabaseUrl, As, Colour] as const
