/**
 * How a pull request refers to the batch change that made it.
 */
import { Context } from "effect"

/** @category models */
export interface LinkedBatchChange {
  readonly id: number
  readonly name: string
  /** The name of its namespace. */
  readonly namespace: string
}

/**
 * The reference as it stands in the body of a pull request: Markdown. By default a plain text, since Drover does not
 * know where people look at it. Give one that links where you serve a page for batch changes.
 *
 * @category services
 */
export const BatchChangeLinks = Context.Reference<(batchChange: LinkedBatchChange) => string>(
  "@drover/handlers/batchChanges/BatchChangeLinks",
  {
    defaultValue:
      () =>
      ({ name, namespace }) =>
        `_Made by Drover's batch change \`${namespace}/${name}\`._`
  }
)
