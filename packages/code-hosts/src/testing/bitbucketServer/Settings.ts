/** How a fake is set. */
export interface Settings {
  readonly strict: boolean
  readonly version: string
  readonly drafts: boolean
  readonly url: string
}
