/**
 * Makes a key for SSH, encrypted with a passphrase that nobody has chosen.
 *
 * `ssh-keygen` reads the passphrase, twice, from its standard input: it is in no argument, no variable and no file. That
 * takes a process without a terminal and without a display, or it would ask there.
 */
import { publicKeyLine, type SshKey } from "@drover/code-hosts"
import { Effect, FileSystem, Redacted, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { randomBytes } from "node:crypto"
import { SshKeyFailed } from "./SshKeyError.ts"
import type { SshKeyKind } from "./sshKeyKind.ts"

/** Rounds of bcrypt over the passphrase. It is 256 random bits: they are for whoever looks at the key, not for its safety. */
const ROUNDS = "16"

const argumentsOf: Record<SshKeyKind, ReadonlyArray<string>> = {
  ed25519: ["-t", "ed25519"],
  "rsa-4096": ["-t", "rsa", "-b", "4096"]
}

/** @category options */
export interface GenerateSshKey {
  /** Defaults to `ed25519`. */
  readonly kind?: SshKeyKind | undefined
  /** Where programs are looked for. Defaults to where a system has them. */
  readonly searchPath?: string | undefined
}

/** @category operations */
export const generateSshKey = (options: GenerateSshKey = {}) => generate(options)

const generate = Effect.fn("Credentials.generateSshKey")(
  function* ({ kind = "ed25519", searchPath = "/usr/local/bin:/usr/bin:/bin" }: GenerateSshKey) {
    const files = yield* FileSystem.FileSystem
    const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
    // for its owner alone, and gone with the scope
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "drover-key-" })
    const passphrase = Redacted.make(randomBytes(32).toString("base64url"), { label: "passphrase" })
    const twice = `${Redacted.value(passphrase)}\n`.repeat(2)
    const process = yield* spawner.spawn(
      ChildProcess.make(
        "ssh-keygen",
        ["-q", ...argumentsOf[kind], "-a", ROUNDS, "-C", "drover", "-f", `${folder}/key`],
        {
          env: { PATH: searchPath, SSH_ASKPASS_REQUIRE: "never" },
          stdin: Stream.succeed(Buffer.from(twice)),
          // a session of its own has no terminal
          detached: true,
          forceKillAfter: "5 seconds"
        }
      )
    )
    const [stderr, exitCode] = yield* Effect.all(
      [Stream.mkString(Stream.decodeText(process.stderr)), process.exitCode, Stream.runDrain(process.stdout)],
      { concurrency: "unbounded" }
    )
    // at its beginning are the prompts
    if (exitCode !== 0) {
      return yield* new SshKeyFailed({ reason: `ssh-keygen ended with ${exitCode}: ${stderr.slice(-300)}` })
    }
    const key: SshKey = {
      privateKey: Redacted.make(yield* files.readFileString(`${folder}/key`), { label: "private key" }),
      publicKey: publicKeyLine(yield* files.readFileString(`${folder}/key.pub`)),
      passphrase
    }
    return key
  },
  Effect.catchTag("PlatformError", ({ reason }) => Effect.fail(new SshKeyFailed({ reason: reason._tag }))),
  Effect.timeoutOrElse({
    duration: "60 seconds",
    orElse: () => Effect.fail(new SshKeyFailed({ reason: "ssh-keygen took more than a minute" }))
  }),
  Effect.scoped
)
