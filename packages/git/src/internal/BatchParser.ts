/**
 * Takes the answers of `cat-file --batch` apart as they come:
 *
 *     <oid> blob <size>\n<content>\n
 *     <oid> missing\n
 */
import { concat, text } from "./text.ts"

export class BatchParser {
  /** The first object that the repository does not have. */
  missing: string | undefined
  /** A line that is no answer about a blob. */
  unreadable: string | undefined
  /** Nothing is worth trying before there is this much: a large blob is not put together anew with each chunk. */
  #wanted = 0
  #chunks: Array<Uint8Array> = []
  #size = 0

  /** Gives the blobs that are whole by now. They are views of larger buffers. */
  push(chunk: Uint8Array): ReadonlyArray<{ readonly oid: string; readonly content: Uint8Array }> {
    this.#chunks.push(chunk)
    this.#size += chunk.byteLength
    if (this.#size < this.#wanted) return []
    const bytes = concat(this.#chunks)
    const blobs = []
    let at = 0
    this.#wanted = 0
    while (this.missing === undefined && this.unreadable === undefined) {
      const end = bytes.indexOf(NEWLINE, at)
      if (end === -1) break
      const header = text(bytes.subarray(at, end))
      const [, oid, size] = /^(\S+) blob (\d+)$/.exec(header) ?? []
      if (oid === undefined) {
        if (header.endsWith(" missing")) this.missing = header.slice(0, -" missing".length)
        else this.unreadable = header
        break
      }
      const from = end + 1
      const next = from + Number(size) + 1
      if (next > bytes.byteLength) {
        this.#wanted = next - at
        break
      }
      blobs.push({ oid, content: bytes.subarray(from, next - 1) })
      at = next
    }
    const rest = bytes.slice(at)
    this.#chunks = [rest]
    this.#size = rest.byteLength
    return blobs
  }
}

const NEWLINE = 0x0a
