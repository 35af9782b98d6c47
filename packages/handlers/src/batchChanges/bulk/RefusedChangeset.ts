/** A changeset that was chosen for a bulk operation and got no job. @category models */
export interface RefusedChangeset {
  readonly changesetId: number
  readonly why: string
}
