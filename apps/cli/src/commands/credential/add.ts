import { hostIdOf } from "@drover/handlers/batchChanges"
import {
  type Authenticator,
  CredentialExists,
  CredentialStore,
  decided,
  generateSshKey,
  hasSshKey,
  lacksSshKey,
  sshKeyKindFor,
  sshKeyOf,
  withSshKey
} from "@drover/handlers/credentials"
import { Effect, Option, Result } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { given } from "../../flags.ts"
import { readSecret } from "../../input/readSecret.ts"
import { show } from "../../output/show.ts"
import { credentialJson } from "./credentialJson.ts"
import { CredentialFlagsInvalid, makeAuthenticator, secretOf } from "./makeAuthenticator.ts"
import { hostArguments, nameOf, ownerFlags, requireOwner } from "./owner.ts"
import { credentials } from "./store.ts"

const optionalText = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

export const addCredentialCommand = Command.make(
  "add",
  {
    ...hostArguments,
    ...ownerFlags,
    file: optionalText("file", "FILE", "Where the secret is; defaults to standard input, or a prompt on a terminal"),
    username: optionalText("username", "NAME", "The secret is this user's password"),
    sudo: optionalText("sudo", "NAME", "The secret is a GitLab administrator's token, which acts as this user"),
    consumerKey: optionalText("consumer-key", "KEY", "The secret is the signing key of this OAuth 1 consumer"),
    ssh: Flag.Literals("ssh", ["auto", "ed25519", "rsa-4096"]).pipe(
      Flag.withDescription(
        "Make a key for SSH beside it, and print its public line; auto: of the kind that the host takes"
      ),
      Flag.optional
    ),
    replace: given("replace", "Set one that is there anew; its key for SSH stays, unless --ssh makes another"),
    unchecked: given("no-check", "Do not ask the host whether it takes it")
  },
  Effect.fnUntraced(function* (flags) {
    const actorId = yield* actor
    const owner = yield* requireOwner(flags)
    const { site, users, validate } = yield* CredentialStore
    const host = { externalServiceType: flags.type, externalServiceId: hostIdOf(flags.host) }
    const scope = owner === "site" ? undefined : { ...host, userId: owner.user.id, actorId }
    const found = scope === undefined ? site.find({ ...host, actorId }) : users.find(scope)
    // before anybody types a secret: whether it could be written, whether he may, and whether there is one
    yield* decided
    const present = yield* Effect.catchTag(found, "CredentialUnknown", () => Effect.undefined)
    if (present !== undefined && !flags.replace) return yield* exists(nameOf(owner), flags)

    const means = {
      username: Option.getOrUndefined(flags.username),
      sudo: Option.getOrUndefined(flags.sudo),
      consumerKey: Option.getOrUndefined(flags.consumerKey)
    }
    const secret = yield* readSecret({ what: secretOf(means), file: Option.getOrUndefined(flags.file) })
    const bare = yield* Effect.fromResult(makeAuthenticator(means, secret))
    const account = flags.unchecked ? undefined : yield* validate({ ...host, authenticator: bare })

    const open = scope === undefined ? site.open({ ...host, actorId }) : users.open(scope)
    const before = present === undefined ? undefined : yield* Effect.result(open)
    const kept = before !== undefined && Result.isSuccess(before) ? before.success.authenticator : undefined
    const authenticator = yield* withKey(bare, kept, flags)
    const written = { authenticator, validate: false }
    if (present !== undefined) {
      yield* scope === undefined
        ? site.setAuthenticator({ ...host, actorId, ...written })
        : users.setAuthenticator({ ...scope, ...written })
    } else {
      yield* scope === undefined
        ? site.create({ ...host, actorId, ...written })
        : users.create({ ...scope, ...written })
    }
    const made = yield* found
    const publicKey = sshKeyOf(authenticator)?.publicKey ?? null
    const login = owner === "site" ? null : owner.user.login
    const value = {
      ...credentialJson(made, login),
      kind: authenticator._tag,
      account: account?.name ?? null,
      publicKey
    }
    yield* show(value, () => {
      const as = account === undefined ? "" : `, where it is ${account.name}`
      const verb = present === undefined ? "Added" : "Replaced"
      const first = `${verb} the credential of ${nameOf(owner)} for ${flags.type} ${flags.host}${as}\n`
      return publicKey === null ? first : `${first}${publicKey}\n`
    })
  })
).pipe(
  Command.withDescription("Add a credential for a code host; its secret comes from standard input, a file or a prompt"),
  Command.provide(credentials)
)

const exists = (owner: string, { host, type }: { readonly host: string; readonly type: string }) =>
  new CredentialExists({ credential: `credential of ${owner} for ${type} ${host}` })

interface KeyFlags {
  readonly type: string
  readonly ssh: Option.Option<"auto" | "ed25519" | "rsa-4096">
}

/** With a new key for SSH where one is asked for; with the one of before where there is one. */
const withKey = Effect.fnUntraced(function* (
  bare: Authenticator,
  before: Authenticator | undefined,
  { ssh, type }: KeyFlags
) {
  if (Option.isNone(ssh)) {
    const key = before !== undefined && hasSshKey(before) ? sshKeyOf(before) : undefined
    return key !== undefined && lacksSshKey(bare) ? withSshKey(bare, key) : bare
  }
  if (!lacksSshKey(bare)) {
    return yield* new CredentialFlagsInvalid({
      reason: `--ssh goes with a token or a password, and this is a ${bare._tag}`
    })
  }
  return withSshKey(bare, yield* generateSshKey({ kind: ssh.value === "auto" ? sshKeyKindFor(type) : ssh.value }))
})
