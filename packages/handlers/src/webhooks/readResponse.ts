/**
 * What is kept of an answer.
 */
import type { Readable } from "node:stream"

/** In bytes. */
const LONGEST_BODY = 65_536
/** Of all names and values together, in characters. */
const LONGEST_HEADERS = 8192

/** Reads as far as is kept, and lets go of the rest. Rejects never: what came before an error is kept. */
export const readText = async (stream: Readable): Promise<{ readonly text: string; readonly error?: unknown }> => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      length += chunk.byteLength
      if (length >= LONGEST_BODY) break // which destroys the stream, and the connection with it
    }
  } catch (error) {
    return { text: decode(chunks), error }
  }
  return { text: decode(chunks) }
}

// Postgres takes no NUL in text
const decode = (chunks: ReadonlyArray<Uint8Array>): string =>
  new TextDecoder().decode(Buffer.concat(chunks).subarray(0, LONGEST_BODY)).replaceAll("\u0000", "\uFFFD")

/** One value a name. */
export const readHeaders = (
  headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
): Readonly<Record<string, string>> => {
  const kept: Record<string, string> = {}
  let left = LONGEST_HEADERS
  for (const [name, value = ""] of Object.entries(headers)) {
    left -= name.length
    if (left <= 0) break
    const text = typeof value === "string" ? value : value.join(", ")
    kept[name] = text.slice(0, left)
    left -= text.length
  }
  return kept
}
