/**
 * What Drover knows of each kind of host: where its parts are, what it can do, and how to connect to one.
 */
import type { Abilities, Authenticator, CodeHost, CredentialValidator, RequestGate } from "@drover/code-hosts"
import {
  bitbucketServer,
  bitbucketServerAbilities,
  bitbucketServerAuthOf,
  makeBitbucketServer,
  makeBitbucketServerCredentialValidator
} from "@drover/code-hosts/bitbucketServer"
import {
  giteaAbilities,
  giteaServer,
  giteaTokenOf,
  makeGitea,
  makeGiteaCredentialValidator
} from "@drover/code-hosts/gitea"
import {
  addressesOf,
  authOf,
  gitHubAbilities,
  makeGitHub,
  makeGitHubCredentialValidator
} from "@drover/code-hosts/github"
import {
  gitLabAbilities,
  gitLabAuthOf,
  gitLabServer,
  makeGitLab,
  makeGitLabCredentialValidator
} from "@drover/code-hosts/gitlab"
import type { Effect } from "effect"
import type { HttpClient } from "effect/http"
import type { ChildProcessSpawner } from "effect/process"
import type { CodeHostKind, CodeHostSetting } from "./CodeHostSetting.ts"

type Setting = Omit<CodeHostSetting, "kind">

type Connecting = Effect.Effect<CodeHost, never, HttpClient.HttpClient | ChildProcessSpawner.ChildProcessSpawner>

/** @category models */
export interface HostKind {
  readonly abilities: (setting: Setting) => Abilities
  /** What kinds of credential it takes, in words: `a token`. */
  readonly takes: string
  /** Undefined: it takes none of this kind of credential. */
  readonly connect: (setting: Setting, authenticator: Authenticator, gate: RequestGate) => Connecting | undefined
  /** Asks the hosts of this kind about credentials, each where its setting says. */
  readonly validator: (
    settingAt: (externalServiceId: string) => Setting
  ) => Effect.Effect<CredentialValidator, never, HttpClient.HttpClient>
}

const bare = (address: string): string => address.replace(/\/+$/, "")

const at = (address: string | undefined, otherwise: string): string => bare(address ?? otherwise)

const gitHubAt = ({ apiUrl, gitUrl, graphqlUrl, url }: Setting) => {
  const usual = addressesOf(url)
  return {
    apiUrl: at(apiUrl, usual.apiUrl),
    graphqlUrl: at(graphqlUrl, usual.graphqlUrl),
    gitUrl: at(gitUrl, usual.gitUrl)
  }
}

const gitLabAt = ({ apiUrl, gitUrl, url }: Setting) => {
  const usual = gitLabServer(url)
  return { apiUrl: at(apiUrl, usual.apiUrl), gitUrl: at(gitUrl, usual.gitUrl) }
}

const giteaAt = ({ apiUrl, gitUrl, url }: Setting) => {
  const usual = giteaServer(url)
  return { apiUrl: at(apiUrl, usual.apiUrl), gitUrl: at(gitUrl, usual.gitUrl) }
}

const bitbucketServerAt = ({ apiUrl, gitUrl, url }: Setting) => {
  const usual = bitbucketServer(url)
  return { restUrl: at(apiUrl, usual.restUrl), gitUrl: at(gitUrl, usual.gitUrl) }
}

/** @category models */
export const hostKinds: Readonly<Record<CodeHostKind, HostKind>> = {
  github: {
    abilities: () => gitHubAbilities,
    takes: "a token",
    connect: (setting, authenticator, gate) => {
      const auth = authOf(authenticator)
      return auth && makeGitHub({ ...gitHubAt(setting), auth, gate })
    },
    validator: (settingAt) => makeGitHubCredentialValidator((id) => gitHubAt(settingAt(id)))
  },
  gitlab: {
    abilities: ({ version }) => gitLabAbilities({ version }),
    takes: "a token",
    connect: (setting, authenticator, gate) => {
      const auth = gitLabAuthOf(authenticator)
      return auth && makeGitLab({ ...gitLabAt(setting), version: setting.version, auth, gate })
    },
    validator: (settingAt) => makeGitLabCredentialValidator((id) => gitLabAt(settingAt(id)))
  },
  gitea: {
    abilities: () => giteaAbilities,
    takes: "a token",
    connect: (setting, authenticator, gate) => {
      const token = giteaTokenOf(authenticator)
      return token && makeGitea({ ...giteaAt(setting), token, gate })
    },
    validator: (settingAt) => makeGiteaCredentialValidator((id) => giteaAt(settingAt(id)))
  },
  bitbucketServer: {
    abilities: ({ version }) => bitbucketServerAbilities(version),
    takes: "a user with a password or token, or a token",
    connect: (setting, authenticator, gate) => {
      const auth = bitbucketServerAuthOf(authenticator)
      return auth && makeBitbucketServer({ ...bitbucketServerAt(setting), version: setting.version, auth, gate })
    },
    validator: (settingAt) => makeBitbucketServerCredentialValidator((id) => bitbucketServerAt(settingAt(id)))
  }
}

/** Where a host's parts are. Pure. */
export const addressesAt = ({ kind, ...setting }: CodeHostSetting) => {
  switch (kind) {
    case "github":
      return gitHubAt(setting)
    case "gitlab":
      return gitLabAt(setting)
    case "gitea":
      return giteaAt(setting)
    case "bitbucketServer":
      return bitbucketServerAt(setting)
  }
}
