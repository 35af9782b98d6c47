/**
 * Writes the batch spec that undoes a batch change. Pure.
 */
import { Document, Scalar } from "yaml"
import { branchRule } from "../spec/branchRule.ts"

interface RevertSource {
  readonly name: string
  /** The batch change that is undone. */
  readonly undone: { readonly id: number; readonly namespace: string; readonly name: string }
  readonly diffs: ReadonlyArray<{ readonly repository: string; readonly branch: string; readonly diff: string }>
}

/** As long as a name may be. */
const NAME_LENGTH = 100

export const revertName = (name: string): string => `revert-${name}`.slice(0, NAME_LENGTH)

/** YAML. */
export const revertSource = ({ diffs, name, undone }: RevertSource): string => {
  const what = `${undone.namespace}/${undone.name}`
  const branch = branchRule(`drover/${name}`) === undefined ? `drover/${name}` : `drover/revert-${undone.id}`
  const apart = new Set(diffs.map(({ repository }) => repository)).size < diffs.length
  const title = `Revert ${undone.name}`
  const document = new Document({
    name,
    description: `Undoes what ${what} merged`,
    diffs: diffs.map((one) => ({ ...one, diff: textNode(one.diff) })),
    changesetTemplate: {
      title,
      body: `Undoes what the batch change ${what} merged here. What was committed since stays.`,
      // one for each branch of a repository
      branch: apart ? `${branch}-\${{ repository.branch }}` : branch,
      commit: { message: title },
      published: true
    }
  })
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity })
}

/** As it stands, where YAML leaves it as it stands: line ends and control characters it may not. */
const textNode = (text: string): Scalar => {
  const node = new Scalar(text)
  node.type = /^[\n\x20-\x7E\u{A1}-\u{2027}\u{2030}-\u{D7FF}\u{E000}-\u{FEFE}\u{FF00}-\u{FFEF}]*$/u.test(text)
    ? Scalar.BLOCK_LITERAL
    : Scalar.QUOTE_DOUBLE
  return node
}
