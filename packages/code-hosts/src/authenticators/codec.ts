/**
 * Authenticators as they are stored: JSON of `Type`, which names the kind, and `Auth`, which has its fields. Pure.
 */
import { Redacted, Result, Schema } from "effect"
import { type Authenticator, type AuthenticatorKind, authenticatorKinds } from "./Authenticator.ts"
import { AuthenticatorInvalid, AuthenticatorKindUnknown } from "./AuthenticatorError.ts"

const known = Object.keys(authenticatorKinds)

const isKind = (kind: string): kind is AuthenticatorKind => Object.hasOwn(authenticatorKinds, kind)

const unknownKind = (kind: string) => Result.fail(new AuthenticatorKindUnknown({ kind: kind.slice(0, 64), known }))

/** The kinds differ in types that are looked up at run time. */
const codecOf = (kind: AuthenticatorKind) =>
  authenticatorKinds[kind] as unknown as Schema.Codec<object, Readonly<Record<string, string>>>

/** The fields as they are stored, secrets included: whoever takes them out redacts them again. */
export const fieldsOf = (
  authenticator: Authenticator
): Result.Result<Readonly<Record<string, string>>, AuthenticatorKindUnknown | AuthenticatorInvalid> => {
  const { _tag: kind, ...fields } = authenticator
  if (!isKind(kind)) return unknownKind(String(kind))
  // the schema's own message would quote the values
  return Result.mapError(Schema.encodeUnknownResult(codecOf(kind))(fields), () => misfit(kind))
}

/** @category codecs */
export const encodeAuthenticator = (
  authenticator: Authenticator
): Result.Result<Redacted.Redacted, AuthenticatorKindUnknown | AuthenticatorInvalid> =>
  Result.map(fieldsOf(authenticator), (fields) =>
    Redacted.make(JSON.stringify({ Type: authenticator._tag, Auth: fields }), { label: "authenticator" })
  )

/** @category codecs */
export const decodeAuthenticator = (
  stored: Redacted.Redacted
): Result.Result<Authenticator, AuthenticatorKindUnknown | AuthenticatorInvalid> => {
  const parsed = parse(Redacted.value(stored))
  const kind: unknown = parsed?.Type
  if (typeof kind !== "string") {
    return Result.fail(new AuthenticatorInvalid({ reason: "it is not JSON of `Type` and `Auth`" }))
  }
  if (!isKind(kind)) return unknownKind(kind)
  return Schema.decodeUnknownResult(codecOf(kind))(parsed?.Auth).pipe(
    Result.map((fields) => ({ _tag: kind, ...fields }) as Authenticator),
    Result.mapError(() => misfit(kind))
  )
}

const parse = (text: string): { readonly Type?: unknown; readonly Auth?: unknown } | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : undefined
  } catch {
    return undefined // the parser's message quotes the text
  }
}

const misfit = (kind: AuthenticatorKind) =>
  new AuthenticatorInvalid({ reason: `its fields are not those of the kind ${kind}` })
