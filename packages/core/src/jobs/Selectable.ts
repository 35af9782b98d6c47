/**
 * What a query may select for a payload, as drizzle types it.
 *
 * The payload is written as Postgres writes the value in JSON, and must be what
 * its schema writes for it: of a time, and of a bigint, that is a text.
 */
export type Selectable<I> = I extends Date
  ? Date | string
  : I extends bigint
    ? bigint | string
    : I extends string
      ? string extends I
        ? string | Date | bigint
        : I
      : I extends number | boolean | null | undefined
        ? I
        : I extends object
          ? { readonly [Field in keyof I]: Selectable<I[Field]> }
          : I
