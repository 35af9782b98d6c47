/**
 * The releases that an out-of-band migration is about: major and minor, as far as a schema may differ between them.
 */
import { Order as Compare, Schema } from "effect"

/** @category models */
export interface Version {
  readonly major: number
  readonly minor: number
}

/** @category errors */
export class InvalidVersion extends Schema.TaggedError<InvalidVersion>()("InvalidVersion", { text: Schema.String }) {
  override get message() {
    return `${JSON.stringify(this.text)} is no version: write major.minor, for example 3.12`
  }
}

/** From `3.12`, `3.12.1` or `v3.12.1-rc.1`. Throws `InvalidVersion`. @category constructors */
export const version = (text: string): Version => {
  const match = /^v?(\d+)\.(\d+)(?:[.+-].*)?$/.exec(text)
  if (match === null) throw new InvalidVersion({ text })
  return { major: Number(match[1]), minor: Number(match[2]) }
}

export const order: Compare.Order<Version> = Compare.combine(
  Compare.mapInput(Compare.Number, ({ major }: Version) => major),
  Compare.mapInput(Compare.Number, ({ minor }: Version) => minor)
)

export const isBefore = (one: Version, other: Version): boolean => order(one, other) < 0

/** `3.12`. */
export const format = ({ major, minor }: Version): string => `${major}.${minor}`
