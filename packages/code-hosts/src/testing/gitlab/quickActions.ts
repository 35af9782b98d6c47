/**
 * GitLab's quick actions: lines of a description or a note that it carries out, and takes out of the text. Here those
 * that close and merge.
 */
import {
  editPullRequest,
  type Forge,
  type ForgePullRequest,
  type ForgeRepository,
  type ForgeUser,
  mergePullRequest
} from "../forge/index.ts"

interface Told {
  readonly forge: Forge
  readonly by: ForgeUser
  readonly repository: ForgeRepository
  readonly pullRequest: ForgePullRequest
}

const command = /^\/(close|merge)(?: [^\n]*)?(?:\s*\n|$)/gim

/** What is left of a text, and what it orders. */
export const readActions = (text: string) => ({
  words: text.replaceAll("\r", "").replaceAll(command, "").trimEnd(),
  actions: [...text.replaceAll("\r", "").matchAll(command)].map(([, name = ""]) => name.toLowerCase())
})

export const carryOut = async (
  { by, forge, pullRequest, repository }: Told,
  actions: ReadonlyArray<string>
): Promise<void> => {
  for (const action of actions) {
    if (action === "close") await editPullRequest(forge, repository, by, pullRequest, { state: "closed" })
    else await mergePullRequest(forge, repository, by, pullRequest, { method: "merge" })
  }
}
