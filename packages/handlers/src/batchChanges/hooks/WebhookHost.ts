/**
 * Hosts that tell by webhook, and who reads what each of them says.
 */
import { readBitbucketServerWebhook } from "@drover/code-hosts/bitbucketServer"
import { readGiteaWebhook } from "@drover/code-hosts/gitea"
import { readGitHubWebhook } from "@drover/code-hosts/github"
import { readGitLabWebhook } from "@drover/code-hosts/gitlab"
import type { Redacted } from "effect"

export const webhookReaders = {
  bitbucketServer: readBitbucketServerWebhook,
  gitea: readGiteaWebhook,
  github: readGitHubWebhook,
  gitlab: readGitLabWebhook
}

/** @category models */
export type WebhookKind = keyof typeof webhookReaders

export const isWebhookKind = (kind: string): kind is WebhookKind => Object.hasOwn(webhookReaders, kind)

/** @category models */
export interface WebhookHost {
  /** As repositories have it. */
  readonly externalServiceType: WebhookKind
  /** As repositories have it: `https://github.com/`. */
  readonly externalServiceId: string
}

/** A host whose webhooks are heard. @category models */
export interface HeardHost extends WebhookHost {
  /** Below `/hooks`: `github`, or `github/corporate` where there are several of a kind. */
  readonly path: string
  /** What the host proves itself with: one, and while it is being changed two. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}
