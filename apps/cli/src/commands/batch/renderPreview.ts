/**
 * What would come of a batch spec, for people. Pure.
 */
import type { Preview, PreviewedChangeset, SkippedRepository } from "@drover/handlers/batchChanges"
import { counted } from "../../output/counted.ts"
import type { Look } from "../../output/Look.ts"
import { inLine } from "../../output/printable.ts"
import { section } from "../../output/section.ts"
import { paint, type Tone } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"

/** A preview, and what was found before there was one. */
export interface Previewed {
  readonly preview: Preview
  readonly skipped: ReadonlyArray<SkippedRepository>
  readonly warnings: ReadonlyArray<string>
}

/** As much of a plan's hash as names it. */
export const shortHash = (hash: string): string => hash.slice(0, 16)

export const applyCommand = ({ batchSpecId, hash }: Preview): string =>
  `drover batch apply --spec ${batchSpecId} --plan ${shortHash(hash)}`

export const renderPreview = ({ preview, skipped, warnings }: Previewed, look: Look): string => {
  const { batchChange, batchSpecId, changesets } = preview
  const made = batchChange.id === null ? "makes the batch change" : `updates batch change ${batchChange.id},`
  const notes = [
    ...changesets.flatMap(({ notes: own, repository }) => own.map((note) => `${repository}: ${note}`)),
    ...changesets.flatMap(({ refusal, repository }) => (refusal === null ? [] : [`${repository}: ${refusal}`])),
    ...skipped.map(({ message, repository }) => `${repository} is left out: ${message}`),
    ...warnings
  ]
  return [
    `${paint(look.colour, "bold", `Batch spec ${batchSpecId}`)} ${made} ${inLine(batchChange.name)}\n`,
    changesets.length === 0 ? "" : `\n${table(columns, changesets, look)}`,
    `\n${totals(preview)}\n`,
    notes.length === 0 ? "" : section("Notes", notes.join("\n"), look),
    `\nPlan ${shortHash(preview.hash)}. Apply it with\n  ${applyCommand(preview)}\n`
  ].join("")
}

const columns: ReadonlyArray<Column<PreviewedChangeset>> = [
  { title: "REPOSITORY", cell: ({ repository }) => repository, shrinks: true },
  { title: "BRANCH", cell: ({ externalId, headRef }) => headRef || `#${externalId ?? ""}`, shrinks: true },
  { title: "WHAT", cell: (changeset) => whatOf(changeset), tone: ({ fate }) => toneOfFate(fate) },
  { title: "WHY", cell: (changeset) => whyOf(changeset), shrinks: true },
  {
    title: "CHANGES",
    cell: ({ diffStat }) => (diffStat === null ? "-" : `+${diffStat.additions} -${diffStat.deletions}`),
    align: "right"
  }
]

const toneOfFate = (fate: PreviewedChangeset["fate"]): Tone | undefined =>
  fate === "refuse" ? "red" : fate === "create" || fate === "import" ? "green" : undefined

const fates: Readonly<Record<PreviewedChangeset["fate"], string>> = {
  create: "create",
  import: "import",
  keep: "",
  reattach: "take back",
  track: "follow",
  archive: "put away",
  detach: "let go",
  leave: "",
  refuse: "refused"
}

/** What becomes of it, and what the reconciler does; each word once. */
const whatOf = ({ fate, steps }: PreviewedChangeset): string => {
  const words = [fates[fate], ...steps.map(({ operation }) => names[operation] ?? operation)]
  const said = [...new Set(words.filter((word) => word !== ""))]
  return said.length === 0 ? "nothing" : said.join(", ")
}

const names: Partial<Record<PreviewedChangeset["steps"][number]["operation"], string>> = {
  publishDraft: "publish as draft",
  undraft: "make ready",
  archive: "put away",
  detach: "let go",
  reattach: "take back"
}

const whyOf = ({ fate, notes, refusal, steps }: PreviewedChangeset): string => {
  if (refusal !== null) return refusal
  const whys = [
    ...new Set(steps.filter(({ operation }) => operation !== "wait" && operation !== "sync").map(({ why }) => why))
  ]
  if (whys.length > 0) return whys.join("; ")
  if (notes.length > 0) return notes.join("; ")
  return fate === "create"
    ? "it stays unpublished"
    : fate === "leave"
      ? "it was let go of or put away before"
      : "it is as it should be"
}

const totals = ({ changesets, hidden, totals: { diffStat, fates: counts, unchanged } }: Preview): string => {
  const words = (Object.entries(counts) as ReadonlyArray<readonly [PreviewedChangeset["fate"], number]>)
    .filter(([fate]) => fates[fate] !== "")
    .map(([fate, count]) => `${count} to ${fates[fate]}`.replace("to refused", "refused"))
  const parts = [...words, ...(unchanged === 0 ? [] : [`${unchanged} as they are`])]
  const all = counted(changesets.length + hidden, "changeset")
  const unseen = hidden === 0 ? "" : `; ${hidden} in repositories that you may not read`
  return `${all}: ${parts.join(", ") || "to update"}; +${diffStat.additions} -${diffStat.deletions} in ${counted(diffStat.changedFiles, "file")}${unseen}`
}
