/** How a fake is set. */
export interface Settings {
  readonly strict: boolean
  readonly sparse: boolean
  readonly version: string
  readonly drafts: boolean
  readonly url: string
}
