/** What a record is known by. */
export type Key = number | string | bigint
