/** The SQL that writes a `timestamptz` as ISO 8601 in UTC, whatever the role prefers. */
export function isoTime(time: string): string {
  return `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
}

/** The SQL that tells when the keys and before-images of a batch were dropped; NULL where they are there. */
export function prunedAt(id: string): string {
  return `\
(
    select ${isoTime('max(e.at)')}
    from prisma_gyro.event e
    where e.batch_id = ${id} and e.kind = 'pruned'
  )`
}
