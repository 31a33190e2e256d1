import { GyroError } from '../error/gyro-error.js'
import { displayName } from '../postgres/identifier.js'
import type { ReferringTable } from '../postgres/referring-tables.js'

/** @param target The database for people, without password. */
export function remoteTruncation(target: string): GyroError {
  return new GyroError('PLAN.REMOTE_TRUNCATE', '--truncate is about a server elsewhere', {
    why: `${target} does not run on this machine: others may need the rows.`,
    fix: 'Look at the URL. If it is the one that you mean, add --allow-remote.',
    meta: { target },
  })
}

/** @param referring At least one. */
export function stillReferredTo(referring: readonly ReferringTable[]): GyroError {
  const names = referring.map((table) => `${displayName(table)} → ${displayName(table.target)}`)
  return new GyroError('PLAN.TRUNCATE_REFERENCED', 'Other tables refer to those to be emptied', {
    why: `Their rows would refer to nothing, and PostgreSQL refuses that: ${names.join(', ')}.`,
    fix: 'Import files of these models too, or leave --truncate out.',
    meta: { tables: referring.map(displayName), references: names },
  })
}
