/**
 * Keeps the beginning and the end of what a process writes. Pure but for its own memory, which is bounded.
 */
export class OutputBuffer {
  readonly #half: number
  #head: Buffer = Buffer.alloc(0)
  #tail: Buffer = Buffer.alloc(0)
  /** Bytes between head and tail. */
  #dropped = 0

  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2))
  }

  push(chunk: Uint8Array): void {
    const room = this.#half - this.#head.length
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)])
    const rest = chunk.subarray(Math.max(0, room))
    if (rest.length === 0) return
    const tail = Buffer.concat([this.#tail, rest])
    this.#dropped += Math.max(0, tail.length - this.#half)
    this.#tail = tail.subarray(Math.max(0, tail.length - this.#half))
  }

  /**
   * As text that jsonb takes: what is not UTF-8, and NUL, becomes U+FFFD. What was cut is told in its place; lines that
   * the cut went through are left out, so that no secret is there by half.
   */
  text(): string {
    if (this.#dropped === 0) return toText(Buffer.concat([this.#head, this.#tail]))
    const head = this.#head.subarray(0, this.#head.lastIndexOf(NEWLINE) + 1)
    const begin = this.#tail.indexOf(NEWLINE)
    const tail = begin === -1 ? Buffer.alloc(0) : this.#tail.subarray(begin + 1)
    const cut = this.#dropped + this.#head.length - head.length + this.#tail.length - tail.length
    return `${toText(head)}[... ${cut} bytes cut ...]\n${toText(tail)}`
  }
}

const NEWLINE = 0x0a

const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replaceAll("\u0000", "\uFFFD")
