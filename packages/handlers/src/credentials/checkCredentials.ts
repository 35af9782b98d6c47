/**
 * Opens credentials and asks their hosts: which of them work, and why the others do not.
 *
 * Pages go by the primary keys, or by `user_credentials_user_idx` for those of one user.
 */
import type { AuthenticatorKind, CredentialValidator, HostAccount } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { and, asc, eq, getTableColumns, gt } from "drizzle-orm"
import { Effect, Option, Result, Stream } from "effect"
import { siteCredentials, userCredentials } from "../schema/credentials.ts"
import type { ByActor } from "./credentialAccess.ts"
import type { CredentialOwner } from "./credentialOrder.ts"
import type { CredentialTable } from "./credentialTables.ts"
import type { Keys } from "./keys/KeyProvider.ts"
import { readSecret } from "./storedSecret.ts"
import { validateCredential } from "./validateCredential.ts"

/**
 * `valid`: its host takes it. `readable`: it can be opened, and nothing here knows how to ask its host. `unreachable`: its
 * host gives no answer. `refused`: its host does not take it. `unreadable`: it cannot be opened.
 *
 * @category models
 */
export type CheckOutcome = "valid" | "readable" | "unreachable" | "refused" | "unreadable"

/** @category models */
export interface CheckedCredential {
  readonly owner: CredentialOwner
  readonly id: number
  readonly externalServiceType: string
  readonly externalServiceId: string
  readonly outcome: CheckOutcome
  /** Null where it cannot be opened. */
  readonly kind: AuthenticatorKind | null
  /** Null unless it is valid. */
  readonly account: HostAccount | null
  /** Why it is not good; null where it is. */
  readonly message: string | null
}

/** @category options */
export interface CheckCredentials extends ByActor {
  /** Credentials at once. Defaults to 4. */
  readonly concurrency?: number | undefined
}

type Row = typeof siteCredentials.$inferSelect & { readonly userId?: number | undefined }

const PAGE = 100

const pageAfter = Effect.fnUntraced(function* (name: CredentialTable, after: number, { actorId }: ByActor) {
  const { run } = yield* Database
  if (name === "site_credentials") {
    return yield* run((db): PromiseLike<ReadonlyArray<Row>> =>
      db
        .select()
        .from(siteCredentials)
        .where(gt(siteCredentials.id, after))
        .orderBy(asc(siteCredentials.id))
        .limit(PAGE)
    )
  }
  const own = actorId === undefined ? undefined : eq(userCredentials.userId, actorId)
  return yield* run((db): PromiseLike<ReadonlyArray<Row>> =>
    db
      .select(getTableColumns(userCredentials))
      .from(userCredentials)
      .where(and(gt(userCredentials.id, after), own))
      .orderBy(asc(userCredentials.id))
      .limit(PAGE)
  )
})

const rowsOf = (name: CredentialTable, by: ByActor) =>
  Stream.paginate(0, (after) =>
    Effect.map(pageAfter(name, after, by), (rows) => {
      const last = rows.length < PAGE ? undefined : rows.at(-1)
      return [rows, last === undefined ? Option.none<number>() : Option.some(last.id)] as const
    })
  )

/** Of users first, then of the site; those of the actor alone where there is one. */
export const checkCredentials = (
  keys: Keys | undefined,
  validators: ReadonlyArray<CredentialValidator>,
  { concurrency = 4, ...by }: CheckCredentials
) => {
  const checked = (name: CredentialTable) =>
    Stream.mapEffect(rowsOf(name, by), (row) => checkOne(keys, validators, name, row), { concurrency })
  return by.actorId === undefined
    ? Stream.concat(checked("user_credentials"), checked("site_credentials"))
    : checked("user_credentials")
}

const checkOne = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  validators: ReadonlyArray<CredentialValidator>,
  name: CredentialTable,
  row: Row
) {
  const { externalServiceId, externalServiceType, id, userId } = row
  const known = {
    owner: userId === undefined ? ("site" as const) : { userId },
    id,
    externalServiceType,
    externalServiceId
  }
  const told = (outcome: CheckOutcome, more: Partial<CheckedCredential>): CheckedCredential => ({
    ...known,
    kind: null,
    account: null,
    message: null,
    outcome,
    ...more
  })
  const read = yield* Effect.result(readSecret(keys, name, row))
  if (Result.isFailure(read)) return told("unreadable", { message: read.failure.message })
  const authenticator = read.success
  const kind = authenticator._tag
  const answer = yield* Effect.result(
    validateCredential(validators, { externalServiceType, externalServiceId, authenticator })
  )
  if (Result.isSuccess(answer)) {
    return answer.success === undefined ? told("readable", { kind }) : told("valid", { kind, account: answer.success })
  }
  const { _tag, message } = answer.failure
  return told(_tag === "CredentialRefused" ? "refused" : "unreachable", { kind, message })
})
