/**
 * Object ids. Names are resolved to ids once, at the edge, and everything else
 * speaks ids: counts, diff and merge then describe the same commits even when
 * a branch moves meanwhile, and nothing a user typed reaches git's arguments.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * The full id of a git object: 40 lower-case hexadecimal digits (SHA-1) or 64 (SHA-256).
 *
 * @category models
 * @since 0.1.0
 */
export const Oid = Schema.String.check(Schema.isPattern(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)).pipe(Schema.brand("Oid"))

/**
 * @category models
 * @since 0.1.0
 */
export type Oid = typeof Oid.Type

/**
 * Tells whether a string is a full object id. It says nothing about whether such an object exists.
 *
 * @category guards
 * @since 0.1.0
 */
export const isOid: (input: string) => input is Oid = Schema.is(Oid)
