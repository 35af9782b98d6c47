/**
 * Credentials of users and of the site: written under the current key, and read under any that there is.
 *
 * A store cannot be built without saying which keys: it takes a `KeyProvider`, and `noKeys` is one that says so. Under
 * `keysUndecided` it reads, and writes nothing. What its operations do in a transaction, they do under the same keys.
 */
import type { Authenticator } from "@drover/code-hosts"
import { Database, type DatabaseError } from "@drover/core"
import { Context, Effect, Layer, Stream } from "effect"
import { credentialFor, type CredentialFor } from "./credentialFor.ts"
import { type CheckCredentials, checkCredentials } from "./checkCredentials.ts"
import { type ByActor, requireOperator, requireOwner } from "./credentialAccess.ts"
import type { CredentialForbidden, CredentialUnknown } from "./CredentialError.ts"
import { CredentialValidators, type ValidateAuthenticator, validateCredential } from "./validateCredential.ts"
import { decided, KeyProvider } from "./keys/KeyProvider.ts"
import { type RotateKeys, rotateKeys } from "./rotateKeys.ts"
import * as site from "./siteCredentials.ts"
import * as user from "./userCredentials.ts"

interface Authenticating extends ByActor {
  readonly authenticator: Authenticator
  /** Whether the host is asked, where its kind has a validator: a refused one is not written. Defaults to true. */
  readonly validate?: boolean | undefined
}

const make = Effect.gen(function* () {
  const provider = yield* KeyProvider
  const { keys } = provider
  const database = yield* Database
  /** Operations run in the ambient transaction of the store's own database. */
  const here = <A, E>(name: string, effect: Effect.Effect<A, E, Database>): Effect.Effect<A, E> =>
    effect.pipe(Effect.provideService(Database, database), Effect.withSpan(`Credentials.${name}`))
  const write = <A, E>(name: string, effect: Effect.Effect<A, E, Database>) =>
    here(name, Effect.provideService(Effect.andThen(decided, effect), KeyProvider, provider))
  const validators = yield* CredentialValidators
  /** Asked before anything is written, and outside of any statement. */
  const asked = Effect.fnUntraced(function* (
    options: Authenticating,
    host: Effect.Effect<site.SiteScope, CredentialUnknown | CredentialForbidden | DatabaseError, Database>
  ) {
    if (options.validate === false || validators.length === 0) return
    yield* validateCredential(validators, { ...(yield* host), authenticator: options.authenticator })
  })
  return {
    users: {
      /** Fails with `CredentialExists` where there is one in its scope. */
      create: ({ validate, ...added }: user.UserScope & Authenticating) =>
        write(
          "createUser",
          Effect.gen(function* () {
            yield* requireOwner(added.actorId, added.userId)
            yield* asked({ ...added, validate }, Effect.succeed(added))
            return yield* user.createUserCredential(keys, added)
          })
        ),
      find: (choice: user.UserCredentialChoice) => here("findUser", user.findUserCredential(choice)),
      /** Gives its id and its authenticator. */
      open: (choice: user.UserCredentialChoice) => here("openUser", user.openUserCredential(keys, choice)),
      /** The oldest first, a page at a time. */
      list: (options: user.ListUserCredentials = {}) => here("listUser", user.listUserCredentials(options)),
      setAuthenticator: ({ validate, ...choice }: user.UserCredentialChoice & Authenticating) =>
        write(
          "setUser",
          Effect.gen(function* () {
            yield* asked({ ...choice, validate }, user.findUserCredential(choice))
            return yield* user.setUserCredential(keys, choice)
          })
        ),
      remove: (choice: user.UserCredentialChoice) => here("removeUser", user.removeUserCredential(choice))
    },
    site: {
      /** Fails with `CredentialExists` where there is one in its scope. */
      create: ({ validate, ...added }: site.SiteScope & Authenticating) =>
        write(
          "createSite",
          Effect.gen(function* () {
            yield* requireOperator(added.actorId, "work on credentials of the site")
            yield* asked({ ...added, validate }, Effect.succeed(added))
            return yield* site.createSiteCredential(keys, added)
          })
        ),
      find: (choice: site.SiteCredentialChoice) => here("findSite", site.findSiteCredential(choice)),
      /** Gives its id and its authenticator. */
      open: (choice: site.SiteCredentialChoice) => here("openSite", site.openSiteCredential(keys, choice)),
      /** The oldest first, a page at a time. */
      list: (options: site.ListSiteCredentials = {}) => here("listSite", site.listSiteCredentials(options)),
      setAuthenticator: ({ validate, ...choice }: site.SiteCredentialChoice & Authenticating) =>
        write(
          "setSite",
          Effect.gen(function* () {
            yield* asked({ ...choice, validate }, site.findSiteCredential(choice))
            return yield* site.setSiteCredential(keys, choice)
          })
        ),
      remove: (choice: site.SiteCredentialChoice) => here("removeSite", site.removeSiteCredential(choice))
    },
    /** The credential that is used for something at a host. Fails with `CredentialsMissing` where nobody has one. */
    credentialFor: (wanted: CredentialFor) => here("for", credentialFor(keys, wanted)),
    /** Asks a host about an authenticator; undefined where its kind has no validator. */
    validate: (options: ValidateAuthenticator) => here("validate", validateCredential(validators, options)),
    /** Opens each and asks its host; an actor's own alone. */
    check: (options: CheckCredentials = {}) =>
      checkCredentials(keys, validators, options).pipe(Stream.provideService(Database, database)),
    /** Brings every credential under the current key, so that the one before can be thrown away. */
    rotateKeys: (options: RotateKeys = {}) => write("rotateKeys", rotateKeys(keys, options))
  }
})

/** @category services */
export class CredentialStore extends Context.Service<CredentialStore, Effect.Success<typeof make>>()(
  "@drover/handlers/credentials/CredentialStore"
) {
  /** Built anew wherever it is provided: a store that was made before has the keys of then. */
  static readonly layer: Layer.Layer<CredentialStore, never, KeyProvider | Database> = Layer.fresh(
    Layer.effect(CredentialStore, make)
  )
}
