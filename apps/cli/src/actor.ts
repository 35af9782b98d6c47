/**
 * Who acts, and in which repository.
 */
import { type ActorId, findRepository, findUser, RepositoryUnknown } from "@drover/handlers"
import { Effect, Option, Schema } from "effect"
import { As } from "./globals.ts"

/** @category errors */
export class UserUnknown extends Schema.TaggedError<UserUnknown>()("UserUnknown", { login: Schema.String }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no user "${this.login}": add them with \`drover user add ${this.login}\``
  }
}

/** What was asked for needs somebody who does it. @category errors */
export class ActorMissing extends Schema.TaggedError<ActorMissing>()("ActorMissing", { what: Schema.String }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Somebody has to ${this.what}: say who with --as LOGIN`
  }
}

/** Whoever is named by `--as` may not do this, whatever their roles. @category errors */
export class OperatorOnlyRefused extends Schema.TaggedError<OperatorOnlyRefused>()("OperatorOnlyRefused", {
  login: Schema.String,
  what: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Only the operator may ${this.what}: leave out --as ${this.login}`
  }
}

export const requireUser = Effect.fnUntraced(function* (login: string) {
  return (yield* findUser(login)) ?? (yield* new UserUnknown({ login }))
})

/** The id of `--as`; undefined is the operator, who may do everything. */
export const actor = Effect.gen(function* () {
  const login = yield* As
  return Option.isNone(login) ? undefined : (yield* requireUser(login.value)).id
}) satisfies Effect.Effect<ActorId, unknown, unknown>

/** For what the operator cannot do in nobody's name. */
export const requireActor = Effect.fnUntraced(function* (what: string) {
  return (yield* actor) ?? (yield* new ActorMissing({ what }))
})

export const operatorOnly = Effect.fnUntraced(function* (what: string) {
  const login = yield* As
  if (Option.isSome(login)) return yield* new OperatorOnlyRefused({ login: login.value, what })
})

/** A repository that the actor may know of. */
export const requireRepository = Effect.fnUntraced(function* (name: string, actorId: ActorId) {
  return (yield* findRepository(name, actorId)) ?? (yield* new RepositoryUnknown({ repository: name }))
})
