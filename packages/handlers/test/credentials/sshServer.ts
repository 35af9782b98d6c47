/** An SSH server on 127.0.0.1 that serves pushes into one repository, to whoever has one of its keys. */
import { Effect, Redacted } from "effect"
import { spawn } from "node:child_process"
import type { AddressInfo } from "node:net"
import ssh2 from "ssh2"
import { generateSshKey } from "../../src/credentials/index.ts"

export interface SshServerOptions {
  /** Lines as a host's settings take them. */
  readonly publicKeys: ReadonlyArray<string>
  /** The bare repository that pushes go into. */
  readonly repository: string
  /** Called when a command is about to run, while git and ssh are waiting. */
  readonly onCommand?: (command: string) => void
}

const parseKey = (text: string) => {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return Array.isArray(key) ? key[0]! : key
}

export const sshServer = Effect.fnUntraced(function* ({
  onCommand = () => {},
  publicKeys,
  repository
}: SshServerOptions) {
  // not ssh2's own: one in three hundred of its ed25519 keys is one that it cannot read itself
  const host = yield* generateSshKey()
  const allowed = publicKeys.map(parseKey)
  const open = new Set<ssh2.Connection>()
  const server = new ssh2.Server(
    { hostKeys: [{ key: Redacted.value(host.privateKey), passphrase: Redacted.value(host.passphrase) }] },
    (client) => {
      open.add(client)
      client.on("error", () => {})
      client.on("authentication", (context) => {
        if (context.method !== "publickey") return context.reject(["publickey"])
        const key = allowed.find((each) => each.getPublicSSH().equals(context.key.data))
        if (key === undefined) return context.reject(["publickey"])
        // without a signature the client asks whether the key would do
        if (context.signature === undefined || context.blob === undefined) return context.accept()
        return key.verify(context.blob, context.signature, context.hashAlgo) === true
          ? context.accept()
          : context.reject()
      })
      client.on("session", (accept) => {
        accept().on("exec", (acceptExec, rejectExec, { command }) => {
          if (command !== "git-receive-pack '/repository'") return rejectExec()
          onCommand(command)
          const channel = acceptExec()
          const git = spawn("git", ["receive-pack", repository], { env: { PATH: process.env["PATH"] } })
          channel.pipe(git.stdin)
          git.stdout.pipe(channel, { end: false })
          git.stderr.pipe(channel.stderr, { end: false })
          git.on("close", (code) => {
            channel.exit(code ?? 1)
            channel.end()
          })
        })
      })
    }
  )
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
    () =>
      Effect.promise(() => {
        for (const client of open) client.end()
        return new Promise<void>((resolve) => server.close(() => resolve()))
      })
  )
  const { port } = server.address() as AddressInfo
  return {
    url: `ssh://git@127.0.0.1:${port}/repository`,
    knownHosts: `[127.0.0.1]:${port} ${host.publicKey.split(" ").slice(0, 2).join(" ")}\n`
  }
})
