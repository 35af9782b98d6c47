/**
 * A pull request in full, for people. Pure.
 */
import type { PullRequestView } from "@drover/handlers"
import { details, type Field } from "../../output/details.ts"
import type { Look } from "../../output/Look.ts"
import { inLines } from "../../output/printable.ts"
import { toneOf } from "../../output/style.ts"
import { moment, momentOrNone } from "../../output/time.ts"

export const renderPullRequest = (pull: PullRequestView, look: Look): string => {
  const { checkRollup: checks, mergedAt, reviewDecision } = pull
  const facts = details(
    `${pull.repositoryName}#${pull.number}: ${pull.title}`,
    [
      ["State", pull.draft && pull.state === "open" ? "open, a draft" : pull.state, toneOf(pull.state)],
      ["Author", pull.author?.login ?? "Drover"],
      ["Into", `${pull.baseRef} from ${pull.headRef}`],
      ["Head", pull.headSha ?? "the branch is gone"],
      ...(pull.state === "merged" ? [] : mergeability(pull)),
      ["Reviews", reviewDecision ?? undefined, toneOf(reviewDecision ?? "")],
      ["Checks", checks === "expected" ? "none reported" : checks, toneOf(checks)],
      ["Changes", pull.mergeabilityCheckedAt === null ? undefined : changesOf(pull)],
      ["Merged", mergedAt === null ? undefined : `${moment(mergedAt)} by ${pull.mergedBy?.login ?? "Drover"}`],
      ["Merge commit", pull.mergeCommitSha ?? undefined],
      ["Closed", momentOrNone(pull.closedAt)],
      ["Opened", moment(pull.createdAt)]
    ],
    look
  )
  return pull.body === "" ? facts : `${facts}\n${inLines(pull.body).trimEnd()}\n`
}

const mergeability = (pull: PullRequestView): ReadonlyArray<Field> => [
  ["Mergeable", pull.mergeable === null ? "not known yet" : pull.mergeableState, toneOf(pull.mergeableState)],
  ["Because", pull.mergeableReason ?? undefined],
  ["Conflicts", pull.conflictedPaths.join(", "), "red"]
]

const changesOf = ({ additions, behindBy, changedFiles, commits, deletions }: PullRequestView): string => {
  const behind = behindBy === 0 ? "" : `, ${behindBy} behind`
  return `+${additions} -${deletions} in ${counted(changedFiles, "file")}, ${counted(commits, "commit")}${behind}`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
