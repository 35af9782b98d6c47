/**
 * The two tables, as far as they are alike.
 */
import { siteCredentials, userCredentials } from "../schema/credentials.ts"

/** @category models */
export type CredentialTable = "user_credentials" | "site_credentials"

/** For statements on what both have: the users' has the site's columns, and some more. */
export const tableOf = (name: CredentialTable): typeof siteCredentials =>
  name === "site_credentials" ? siteCredentials : (userCredentials as unknown as typeof siteCredentials)
