/** Where in a spec: keys, and places in lists. */
export type Path = ReadonlyArray<string | number>

/** A problem by its place in the spec. */
export interface Found {
  readonly path: Path
  readonly message: string
}
