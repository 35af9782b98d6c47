/**
 * The code hosts that an operator has set up: a JSON array in `DROVER_CODE_HOSTS`. No credential is in it.
 */
import { Config, Effect, Schema, SchemaIssue } from "effect"
import { hostIdOf } from "./hostIdOf.ts"

const isAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { hash, password, protocol, search, username } = new URL(text)
  return /^https?:$/.test(protocol) && [hash, password, search, username].every((part) => part === "")
}

const Address = Schema.String.check(
  Schema.makeFilter((text) => isAddress(text) || "must be an address such as https://github.com/, with no user in it")
)

/** @category models */
export const codeHostKinds = ["github", "gitlab", "gitea", "bitbucketServer"] as const

/** The kinds of host that Drover can work on, as `external_service_type` has them. @category models */
export type CodeHostKind = (typeof codeHostKinds)[number]

/** @category schemas */
export const CodeHostSetting = Schema.Struct({
  kind: Schema.Literals(codeHostKinds),
  /** `https://github.com/`: with it, and the kind, repositories and credentials name the host. */
  url: Address,
  /** Where its API is. Defaults to where the kind has it below `url`; of github.com `https://api.github.com`. */
  apiUrl: Schema.optionalKey(Address),
  /** Of GitHub alone. */
  graphqlUrl: Schema.optionalKey(Address),
  /** Where git is. Defaults to where the kind has it below `url`. */
  gitUrl: Schema.optionalKey(Address),
  /** Of GitLab and Bitbucket, which can do more as they grow: `17.11.2`. Defaults to the newest GitLab, and what every Bitbucket can. */
  version: Schema.optionalKey(Schema.NonEmptyString)
}).check(
  Schema.makeFilter(
    ({ graphqlUrl, kind }) => graphqlUrl === undefined || kind === "github" || "graphqlUrl is for github alone"
  )
)

/** @category models */
export type CodeHostSetting = typeof CodeHostSetting.Type

const Hosts = Schema.Array(CodeHostSetting).check(
  Schema.makeFilter((hosts) => {
    const twin = hosts.find((host, at) => hosts.findIndex((other) => isSame(host, other)) < at)
    return twin === undefined || `there are two ${twin.kind} ${hostIdOf(twin.url)}`
  })
)

const isSame = (one: CodeHostSetting, other: CodeHostSetting): boolean =>
  one.kind === other.kind && hostIdOf(one.url) === hostIdOf(other.url)

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Hosts), { onExcessProperty: "error" })

/** Says of what is wrong which setting it is in. */
const inSetting = ({ issue }: Schema.SchemaError) =>
  new Config.ConfigError(new Schema.SchemaError(new SchemaIssue.Pointer(["DROVER_CODE_HOSTS"], issue)))

/** `DROVER_CODE_HOSTS`. Defaults to none, as does nothing. @category options */
export const codeHostSettings: Config.Config<ReadonlyArray<CodeHostSetting>> = Config.String("DROVER_CODE_HOSTS").pipe(
  Config.withDefault(""),
  Config.mapEffect((text) => (text.trim() === "" ? Effect.succeed([]) : Effect.mapError(decode(text), inSetting)))
)
