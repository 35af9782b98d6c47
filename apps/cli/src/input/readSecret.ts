/**
 * Takes a secret from where no list of processes and no history of a shell shows it: a file, standard input, or somebody
 * at the terminal, who does not see what he types.
 */
import { Effect, FileSystem, Redacted, Schema } from "effect"
import { write } from "../output/write.ts"
import { Surroundings } from "../Surroundings.ts"
import { readHidden } from "./readHidden.ts"

/** @category errors */
export class SecretMissing extends Schema.TaggedError<SecretMissing>()("SecretMissing", { what: Schema.String }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no ${this.what}: give it on standard input, in a file with --file, or at the prompt of a terminal`
  }
}

/** @category errors */
export class SecretUnread extends Schema.TaggedError<SecretUnread>()("SecretUnread", { reason: Schema.String }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The secret cannot be read: ${this.reason}`
  }
}

/** Longer than any token or key. */
const MOST = 64 * 1024

/** @category options */
export interface ReadSecret {
  /** What is asked for: `token`. */
  readonly what: string
  /** A file that has it. Defaults to standard input. */
  readonly file: string | undefined
}

/** Without the line breaks at its end. */
export const readSecret = Effect.fnUntraced(function* ({ file, what }: ReadSecret) {
  const text = file === undefined ? yield* fromInput(what) : yield* fromFile(file)
  if (text.length > MOST) return yield* new SecretUnread({ reason: `it is longer than ${MOST} characters` })
  const secret = text.replace(/[\r\n]+$/, "")
  if (secret === "") return yield* new SecretMissing({ what })
  return Redacted.make(secret, { label: what })
})

const fromFile = (file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(file)).pipe(
    Effect.mapError((error) => new SecretUnread({ reason: `${file}: ${error.reason._tag}` }))
  )

const fromInput = Effect.fnUntraced(function* (what: string) {
  const { stderr, stdin } = yield* Surroundings
  if (stdin.isTTY !== true) {
    return yield* Effect.tryPromise({
      try: async () => {
        const decoder = new TextDecoder()
        let text = ""
        for await (const chunk of stdin) {
          text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })
          if (text.length > MOST) break
        }
        return text
      },
      catch: () => new SecretUnread({ reason: "standard input failed" })
    })
  }
  // standard output is for results
  yield* write(stderr, `${what.charAt(0).toUpperCase()}${what.slice(1)}: `)
  return yield* readHidden(stdin).pipe(Effect.ensuring(write(stderr, "\n")))
})
