/**
 * Whose credentials are used for what, in which order. Pure.
 */

/**
 * What is about to be done at a code host: for a changeset, by whoever applied its batch change last (null: it was
 * imported, and no batch change owns it; or that user is gone); or for a bulk job, by whoever asked for it (null: Drover's operator).
 *
 * @category models
 */
export type CredentialSubject =
  | { readonly _tag: "Changeset"; readonly lastApplierId: number | null }
  | { readonly _tag: "ImportedChangeset" }
  | { readonly _tag: "BulkJob"; readonly userId: number | null }

/** @category models */
export type CredentialOwner = { readonly userId: number } | "site"

/** The first that has one is used; where none has, nothing is done. @category getters */
export const credentialOrder = (subject: CredentialSubject): ReadonlyArray<CredentialOwner> => {
  const userId = userOf(subject)
  return userId === null ? ["site"] : [{ userId }, "site"]
}

/** Null: no user's credential is used. @category getters */
export const userOf = (subject: CredentialSubject): number | null => {
  switch (subject._tag) {
    case "ImportedChangeset":
      return null
    case "Changeset":
      return subject.lastApplierId
    case "BulkJob":
      return subject.userId
  }
}
