/**
 * The machine's monotonic clock in milliseconds: all processes share it, and nobody sets it.
 */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6
