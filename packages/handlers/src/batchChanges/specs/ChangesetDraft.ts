/**
 * A changeset as its spec will say it, before it is known whether it can be.
 */
import type { PublishedValue } from "../states.ts"
import type { FileDiff } from "./diff/FileDiff.ts"

export interface ChangesetDraft {
  readonly repositoryId: number
  readonly repository: string
  /** The folders whose steps made it. */
  readonly paths: ReadonlyArray<string>
  readonly baseRef: string
  readonly baseSha: string
  readonly headRef: string
  readonly title: string
  readonly body: string
  readonly commitMessage: string
  readonly authorName: string
  readonly authorEmail: string
  readonly published: PublishedValue
  readonly files: ReadonlyArray<FileDiff>
}

export interface Drafted<Draft> {
  readonly drafts: ReadonlyArray<Draft>
  readonly problems: ReadonlyArray<{ readonly repository: string; readonly path: string; readonly message: string }>
}
