/**
 * Takes secrets out of what is kept of a step. Pure.
 */

/** Names of variables whose values are secrets. */
const SECRET_NAME = /token|secret|passw|passphrase|credential|api_?key|private_?key|auth/i

/** Shorter ones would be found in every other word. */
const SHORTEST = 4

/** `https://somebody:something@host` */
const IN_ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+@/gi

export interface Secrets {
  /** Of the step. Those with a name such as `API_TOKEN` are secret. */
  readonly env: Readonly<Record<string, string>>
  /** Whatever else must never be seen. */
  readonly values: ReadonlyArray<string>
}

export const makeRedact = ({ env, values }: Secrets): ((text: string) => string) => {
  const named = Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : []))
  const lines = [...named, ...values].flatMap((value) => [value, ...value.split("\n")]).map((value) => value.trim())
  // the longest first: one may be a part of another
  const secrets = Array.from(new Set(lines))
    .filter(({ length }) => length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
  return (text) =>
    secrets
      .reduce((redacted, secret) => redacted.replaceAll(secret, MASK), text)
      .replaceAll(IN_ADDRESS, (_, scheme: string) => `${scheme}${MASK}@`)
}

const MASK = "********"
