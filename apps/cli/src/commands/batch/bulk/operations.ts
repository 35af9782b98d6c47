/**
 * What can be done to many changesets at once, a command for each.
 */
import type { BulkOperation } from "@drover/handlers/batchChanges"
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { given } from "../../../flags.ts"
import { batchForge } from "../batchForge.ts"
import { bulkFlags } from "./choose.ts"
import { request } from "./request.ts"

const plain = (name: string, operation: BulkOperation, description: string) =>
  Command.make(name, bulkFlags, (options) => request(options, operation)).pipe(
    Command.withDescription(description),
    Command.provide(batchForge)
  )

export const closeBulk = plain("close", { type: "close" }, "Close pull requests")
export const reopenBulk = plain("reopen", { type: "reopen" }, "Reopen pull requests")
export const draftBulk = plain("draft", { type: "draft" }, "Make pull requests that are ready drafts again")
export const syncBulk = plain("sync", { type: "sync" }, "Read pull requests as their hosts have them now")
export const detachBulk = plain("detach", { type: "detach" }, "Let go of changesets that were put away (--archived)")
export const retryBulk = plain("retry", { type: "reenqueue" }, "Have changesets that failed tried again")

export const commentBulk = Command.make(
  "comment",
  {
    ...bulkFlags,
    message: Flag.String("message").pipe(
      Flag.withAlias("m"),
      Flag.withMetavar("TEXT"),
      Flag.withDescription("What to say, in Markdown")
    )
  },
  ({ message, ...options }) => request(options, { type: "comment", message })
).pipe(Command.withDescription("Say something on pull requests"), Command.provide(batchForge))

export const mergeBulk = Command.make(
  "merge",
  {
    ...bulkFlags,
    method: Flag.Literals("method", ["merge", "squash", "rebase"]).pipe(Flag.withDefault("merge")),
    title: Flag.String("title").pipe(Flag.withDescription("The first line of the message"), Flag.optional),
    message: Flag.String("message").pipe(
      Flag.withAlias("m"),
      Flag.withDescription("The rest of the message"),
      Flag.optional
    )
  },
  ({ message, method, title, ...options }) =>
    request(options, {
      type: "merge",
      method,
      ...(Option.isNone(title) ? {} : { title: title.value }),
      ...(Option.isNone(message) ? {} : { message: message.value })
    })
).pipe(Command.withDescription("Merge pull requests, as far as they can be"), Command.provide(batchForge))

export const publishBulk = Command.make(
  "publish",
  { ...bulkFlags, draft: given("draft", "As drafts") },
  ({ draft, ...options }) => request(options, { type: "publish", draft })
).pipe(Command.withDescription("Publish changesets whose spec leaves that to people"), Command.provide(batchForge))

const label = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("LABEL"),
    Flag.withDescription(`${description}; give it several times for several`),
    Flag.between(0, 100)
  )

export const labelBulk = Command.make(
  "label",
  { ...bulkFlags, add: label("add", "Add this label"), remove: label("remove", "Remove this label") },
  ({ add, remove, ...options }) => request(options, { type: "label", add, remove })
).pipe(Command.withDescription("Add labels to pull requests, and remove others"), Command.provide(batchForge))
