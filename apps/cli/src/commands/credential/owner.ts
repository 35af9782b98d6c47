/**
 * Whose credential is meant: `--user`, `--site`, or whoever acts.
 */
import { Effect, Option, Schema } from "effect"
import { Argument, Flag } from "effect/cli"
import { requireUser } from "../../actor.ts"
import { given } from "../../flags.ts"
import { As } from "../../globals.ts"

/** @category errors */
export class CredentialOwnerMissing extends Schema.TaggedError<CredentialOwnerMissing>()("CredentialOwnerMissing", {
  given: Schema.Literals(["neither", "both"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.given === "both"
      ? "A credential is a user's or the site's: give --user or --site"
      : "Say whose credential it is: --user LOGIN, --site, or --as LOGIN for one's own"
  }
}

export const ownerFlags = {
  user: Flag.String("user").pipe(
    Flag.withMetavar("LOGIN"),
    Flag.withDescription("The credential of this user; defaults to whoever acts"),
    Flag.optional
  ),
  site: given("site", "The credential of the site: for what no user is asked about")
}

export const hostArguments = {
  type: Argument.String("type").pipe(Argument.withDescription("Kind of code host, such as github or gitlab")),
  host: Argument.String("host").pipe(Argument.withDescription("Its address, such as https://github.com/"))
}

export interface OwnerFlags {
  readonly user: Option.Option<string>
  readonly site: boolean
}

/** Undefined: nobody is named. */
export const namedOwner = Effect.fnUntraced(function* ({ site, user }: OwnerFlags) {
  if (site && Option.isSome(user)) return yield* new CredentialOwnerMissing({ given: "both" })
  if (site) return "site" as const
  return Option.isNone(user) ? undefined : { user: yield* requireUser(user.value) }
})

/** The site, or a user. */
export const requireOwner = Effect.fnUntraced(function* (flags: OwnerFlags) {
  const named = yield* namedOwner(flags)
  if (named !== undefined) return named
  const acting = yield* As
  if (Option.isNone(acting)) return yield* new CredentialOwnerMissing({ given: "neither" })
  return { user: yield* requireUser(acting.value) }
})

/** `the site`, or the login. */
export const nameOf = (owner: Effect.Success<ReturnType<typeof requireOwner>>): string =>
  owner === "site" ? "the site" : owner.user.login
