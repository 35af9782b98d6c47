/**
 * The hooks that Drover gives a repository, as text for a POSIX shell. Pure.
 *
 * They are in a folder of their own, and go on with the hooks that the repository has itself: nothing that was there is
 * touched. git runs them in the repository's folder.
 */
export interface HookScripts {
  /** The programs that they run. */
  readonly node: string
  readonly program: string
  /** Where the worker hears of pushes over the file path. */
  readonly address: string
  /** The folder with the repository's own hooks. */
  readonly own: string
  /** Which of these there are, beside those that Drover has too. */
  readonly others: ReadonlyArray<string>
}

/** By name. */
export const hookScripts = (options: HookScripts): ReadonlyMap<string, string> =>
  new Map([
    ["pre-receive", script(preReceive(options))],
    ["post-receive", script(postReceive(options))],
    ...options.others.map((name) => [name, script(`exec ${quote(`${options.own}/${name}`)} "$@"\n`)] as const)
  ])

const script = (body: string): string =>
  `#!/bin/sh\n# Drover writes this file, and writes it again: put hooks of your own elsewhere.\n${body}`

/** Nobody but Drover writes refs/pull; and protections hold, where there are any. */
const preReceive = ({ node, own, program }: HookScripts): string => `
moves=$(cat)
refused=0
while read -r before after ref; do
  case $ref in
    refs/pull/*)
      echo "Drover: only Drover writes $ref: push a branch and open a pull request" >&2
      refused=1 ;;
  esac
done <<MOVES
$moves
MOVES
[ "$refused" = 0 ] || exit 1
if [ -s drover/protections.json ]; then
  if [ ! -x ${quote(node)} ] || [ ! -f ${quote(program)} ]; then
    echo "Drover: this repository has protected branches, and the program that knows them is gone: register the repository again" >&2
    exit 1
  fi
  printf '%s\\n' "$moves" | ${quote(node)} ${quote(program)} refuse "$DROVER_ROLE" || exit 1
fi
[ -z "$DROVER_PUSH" ] || printf '%s\\n' "$moves" >"$DROVER_PUSH.asked"
${goOn(own, "pre-receive")}`

/** A push over HTTP is told by whoever serves it. */
const postReceive = ({ address, node, own, program }: HookScripts): string => `
moves=$(cat)
if [ -n "$DROVER_PUSH" ]; then
  printf '%s\\n' "$moves" >"$DROVER_PUSH"
elif [ -x ${quote(node)} ] && [ -f ${quote(program)} ]; then
  printf '%s\\n' "$moves" | ${quote(node)} ${quote(program)} tell ${quote(address)} || true
fi
${goOn(own, "post-receive")}`

const goOn = (own: string, name: string): string =>
  `[ ! -x ${quote(`${own}/${name}`)} ] || printf '%s\\n' "$moves" | ${quote(`${own}/${name}`)}\n`

/** Whatever it holds, a shell takes it for one word. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
