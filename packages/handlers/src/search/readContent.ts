/**
 * What of a file can be searched.
 */

/** A row of `code_blobs`, but for its id. @category models */
export type BlobContent =
  | { readonly content: string; readonly skipped: null }
  | { readonly content: null; readonly skipped: "binary" | "large" }

/** Reads bytes as UTF-8; what is not becomes U+FFFD. A NUL makes a file binary: Postgres can keep none in a text. Pure. */
export const readContent = (bytes: Uint8Array): BlobContent =>
  bytes.includes(0) ? { content: null, skipped: "binary" } : { content: decoder.decode(bytes), skipped: null }

// the byte order mark stays: a column in the content is one in the file
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
