/**
 * Puts blobs together to rows of one statement, as they come from git; the large ones, which nobody reads, in between.
 */
import type { Blob } from "@drover/git"
import { type BlobContent, readContent } from "./readContent.ts"

/** A row of `code_blobs`. */
export type NewBlob = BlobContent & { readonly oid: string; readonly sizeBytes: number }

/** Of content in one statement, about. */
const BATCH_BYTES = 1024 * 1024

export class BlobBatches {
  /** All of them in order: those that are not read are too large. */
  readonly #all: ReadonlyArray<Pick<NewBlob, "oid" | "sizeBytes">>
  #at = 0
  #rows: Array<NewBlob> = []
  #bytes = 0

  constructor(all: ReadonlyArray<Pick<NewBlob, "oid" | "sizeBytes">>) {
    this.#all = all
  }

  /** Takes blobs that were read, in their order; gives the rows of a statement when there are enough, else none. */
  add(blobs: ReadonlyArray<Blob>): ReadonlyArray<NewBlob> {
    for (const { content, oid } of blobs) {
      this.#passLarge(oid)
      this.#at++
      this.#rows.push({ oid, sizeBytes: content.byteLength, ...readContent(content) })
      this.#bytes += content.byteLength
    }
    return this.#bytes < BATCH_BYTES ? [] : this.#take()
  }

  /** What is left when all are read. */
  rest(): ReadonlyArray<NewBlob> {
    this.#passLarge(undefined)
    return this.#take()
  }

  #passLarge(until: string | undefined): void {
    for (let next = this.#all[this.#at]; next !== undefined && next.oid !== until; next = this.#all[++this.#at]) {
      this.#rows.push({ ...next, content: null, skipped: "large" })
    }
  }

  #take(): ReadonlyArray<NewBlob> {
    const rows = this.#rows
    this.#rows = []
    this.#bytes = 0
    return rows
  }
}
