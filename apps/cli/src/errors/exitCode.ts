/**
 * How the command ended, for scripts. docs/guides/cli.md has the same list.
 */

/** @category models */
export const exitCodes = {
  ok: 0,
  /** Something went wrong that none of the others says. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** There is no such thing, or none that the actor may know of. */
  notFound: 3,
  /** A rule, a role or a state does not allow it. */
  refused: 4,
  /** The database is not named, does not answer, or lacks migrations. */
  unavailable: 5
} as const

/** @category models */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Those whose name says it wrong, or not at all. */
const exceptions: Readonly<Record<string, ExitCode>> = {
  ActorMissing: exitCodes.usage,
  AddressRefused: exitCodes.refused,
  AllowListRejected: exitCodes.usage,
  BatchChangeClosed: exitCodes.refused,
  BatchChangeExists: exitCodes.refused,
  BatchSpecUnfinished: exitCodes.refused,
  BranchUpToDate: exitCodes.refused,
  ChangesetMissing: exitCodes.notFound,
  ConfigError: exitCodes.usage,
  CredentialExists: exitCodes.refused,
  HostedAddressUnknown: exitCodes.usage,
  HostedRepositoryTaken: exitCodes.refused,
  CredentialFlagsInvalid: exitCodes.usage,
  CredentialForbidden: exitCodes.refused,
  CredentialOwnerMissing: exitCodes.usage,
  DatabaseUnavailable: exitCodes.unavailable,
  DatabaseUrlMissing: exitCodes.unavailable,
  FileUnreadable: exitCodes.usage,
  FileUnwritable: exitCodes.usage,
  FolderMissing: exitCodes.usage,
  Forbidden: exitCodes.refused,
  HeadMismatch: exitCodes.refused,
  InvalidOptions: exitCodes.usage,
  KeysInvalid: exitCodes.usage,
  KeysUndecided: exitCodes.usage,
  NamespaceMissing: exitCodes.usage,
  NotTheAuthor: exitCodes.refused,
  NothingToDo: exitCodes.refused,
  PayloadRejected: exitCodes.failed,
  PlanMoved: exitCodes.refused,
  PlanUnseen: exitCodes.usage,
  PullRequestNotMergeable: exitCodes.refused,
  PullRequestNotOpen: exitCodes.refused,
  QueryRejected: exitCodes.usage,
  RefMoved: exitCodes.refused,
  SchemaOutdated: exitCodes.unavailable,
  SecretMissing: exitCodes.usage,
  SecretUnread: exitCodes.usage,
  ShowHelp: exitCodes.usage,
  SpecMissing: exitCodes.usage,
  StatementRejected: exitCodes.failed,
  VerdictMissing: exitCodes.usage
}

/** By an error's tag. The forge names its errors by what they are: `…Unknown`, `…NotFound`, `…Rejected`. Pure. */
export const exitCodeOf = (tag: string): ExitCode => {
  const exception = exceptions[tag]
  if (exception !== undefined) return exception
  if (/(Unknown|NotFound)$/.test(tag)) return exitCodes.notFound
  if (/(Rejected|Refused)$/.test(tag)) return exitCodes.refused
  return exitCodes.failed
}
