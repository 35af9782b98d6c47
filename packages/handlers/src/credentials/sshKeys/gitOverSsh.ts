/**
 * What git needs to reach a host over SSH with a key: variables for its process, and files that go with the scope.
 *
 * The key is in a file of its owner alone, encrypted as it is stored. Its passphrase is in a variable, which no other
 * user can read, and never in a file or an argument. Only the hosts' keys that are given here are trusted, and neither
 * the machine's configuration nor an agent is asked.
 */
import type { SshKey } from "@drover/code-hosts"
import { Effect, FileSystem, Redacted } from "effect"
import { SshKeyFailed } from "./SshKeyError.ts"

/** @category options */
export interface GitOverSsh {
  readonly key: SshKey
  /** Lines of a `known_hosts` file: the keys that hosts must prove to have. */
  readonly knownHosts: string
}

const PASSPHRASE = "DROVER_SSH_PASSPHRASE"

/** A program, for ssh asks one. `BatchMode` would keep it from asking at all. */
const askpass = `#!/bin/sh\nprintf '%s\\n' "$${PASSPHRASE}"\n`

/**
 * Variables for `GitCommand.env`. The passphrase is among them: they go to git, and nowhere else. Redacted, for even
 * the value that an effect succeeds with is seen by tracers.
 *
 * @category operations
 */
export const gitOverSsh = Effect.fn("Credentials.gitOverSsh")(
  function* ({ key, knownHosts }: GitOverSsh) {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "drover-ssh-" })
    yield* files.writeFileString(`${folder}/key`, Redacted.value(key.privateKey), { mode: 0o600 })
    yield* files.writeFileString(`${folder}/known_hosts`, knownHosts, { mode: 0o600 })
    yield* files.writeFileString(`${folder}/askpass`, askpass, { mode: 0o700 })
    const options = [
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "PreferredAuthentications=publickey",
      "NumberOfPasswordPrompts=1",
      `UserKnownHostsFile=${folder}/known_hosts`,
      "GlobalKnownHostsFile=/dev/null",
      "StrictHostKeyChecking=yes",
      "ConnectTimeout=30"
    ]
    const command = ["ssh", "-F", "/dev/null", "-i", `${folder}/key`, ...options.flatMap((each) => ["-o", each])]
    const variables: Readonly<Record<string, string>> = {
      GIT_SSH_VARIANT: "ssh",
      // git gives it to a shell
      GIT_SSH_COMMAND: command.map((each) => `'${each.replaceAll("'", `'\\''`)}'`).join(" "),
      SSH_ASKPASS: `${folder}/askpass`,
      SSH_ASKPASS_REQUIRE: "force",
      [PASSPHRASE]: Redacted.value(key.passphrase)
    }
    return Redacted.make(variables, { label: "variables of git" })
  },
  Effect.catchTag("PlatformError", ({ reason }) => Effect.fail(new SshKeyFailed({ reason: reason._tag })))
)
