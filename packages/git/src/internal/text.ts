/** Bytes as UTF-8; what is not becomes U+FFFD. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes)

/** The answer of a command that prints one line. */
export const line = (bytes: Uint8Array): string => text(bytes).trimEnd()

/** The fields of a NUL-separated answer, without the empty ones. */
export const fields = (bytes: Uint8Array): Array<string> =>
  text(bytes)
    .split("\0")
    .filter((field) => field !== "")

/** Text as UTF-8; bytes as they are. */
export const toBytes = (input: string | Uint8Array): Uint8Array =>
  typeof input === "string" ? encoder.encode(input) : input

export const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const joined = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.byteLength
  }
  return joined
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
