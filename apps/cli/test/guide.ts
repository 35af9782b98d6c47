/** The examples of a guide: what is typed, and what is printed. */
export interface Example {
  /** `drover …`, with what is set before it. */
  readonly line: string
  readonly environment: Readonly<Record<string, string>>
  readonly args: ReadonlyArray<string>
  /** The file that is given as standard input: `< token.txt`. */
  readonly input: string | undefined
  readonly printed: string
}

/** Of blocks fenced as `console`, where `$` begins what is typed. */
export const examplesIn = (markdown: string): ReadonlyArray<Example> =>
  Array.from(markdown.matchAll(/^```console\n(.*?)^```$/gms)).flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const end = example.indexOf("\n")
        const line = example.slice(0, end)
        const words = Array.from(line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, a, b, c]) => a ?? b ?? c ?? "")
        const at = words.indexOf("drover")
        const less = words.indexOf("<")
        const to = less === -1 ? words.length : less
        const environment = Object.fromEntries(
          words.slice(0, at).map((setting) => setting.split("=") as [string, string])
        )
        const input = less === -1 ? undefined : words[less + 1]
        return { line, environment, args: words.slice(at + 1, to), input, printed: example.slice(end + 1) }
      })
  )

/** Without what differs from run to run. `root`: where the repositories are. */
export const alike = (text: string, root = "/srv/git"): string =>
  text
    .replaceAll(root, "/srv/git")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "(uuid)")
    .replaceAll(/[0-9a-f]{40}/g, "(sha)")
    .replaceAll(/ssh-ed25519 \S+/g, "(key)")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "(plan)")
    .replaceAll(/drv_[\w-]{40}/g, "(token)")
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)/g, "(moment)")
    .replaceAll(/\b(\d+)(ms|[smhd])\b/g, "(age)")
    .replaceAll(/ +/g, " ")
