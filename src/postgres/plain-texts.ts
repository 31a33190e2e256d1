/**
 * Has values written in one way, whatever the role prefers. Dates and times are those of ISO 8601 in UTC
 * all along: see `withTransaction`.
 */
export const PLAIN_TEXTS =
  "set local extra_float_digits = 1; set local bytea_output = 'hex'; set local intervalstyle = 'postgres'"
