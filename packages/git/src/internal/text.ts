/** Bytes as UTF-8; what is not becomes U+FFFD. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes)

/** The answer of a command that prints one line. */
export const line = (bytes: Uint8Array): string => text(bytes).trimEnd()

/** The fields of a NUL-separated answer, without the empty ones. */
export const fields = (bytes: Uint8Array): Array<string> =>
  text(bytes)
    .split("\0")
    .filter((field) => field !== "")

const decoder = new TextDecoder()
