import { GyroError } from '../error/gyro-error.js'
import type { Catalog } from '../postgres/catalog.js'
import { displayName, quoteIdentifier } from '../postgres/identifier.js'
import type { OwnReference } from '../postgres/reference-rights.js'
import { describeTable, grantTo } from './plan-error.js'

/** Policies would show PostgreSQL other rows than there are: it could miss some, or find none. */
export function hiddenRows(tables: readonly string[]): GyroError {
  return new GyroError('PLAN.HIDDEN_ROWS', 'A rebuild would not check every row', {
    why: `Row-level security of ${tables.join(', ')} applies to the role, and a foreign key that is made again is checked by the rows that the role may see.`,
    fix: 'Import as a role with BYPASSRLS, or leave --fk-mode rebuild out.',
    meta: { tables },
  })
}

/** @param foreignKeys Names of those that are not deferrable. */
export function cannotDefer(foreignKeys: readonly string[]): GyroError {
  return new GyroError('PLAN.CANNOT_DEFER', 'Citus cannot make foreign keys deferrable', {
    why: `${foreignKeys.join(', ')} would have to be, and Citus changes no foreign key.`,
    fix: 'Leave --fk-mode deferred out, or rebuild the foreign keys: --fk-mode rebuild.',
    meta: { foreignKeys },
  })
}

/** The role may not silence foreign keys and triggers, or Citus would not hear of it. */
export function cannotReplicate({
  role,
  serverVersion,
  isCitus,
}: Pick<Catalog, 'role' | 'serverVersion' | 'isCitus'>): GyroError {
  const grant = `grant set on parameter session_replication_role to ${quoteIdentifier(role)};`
  const cure =
    serverVersion >= 150_000 ? `let a superuser run: ${grant}` : 'import as a role that may set it.'
  return new GyroError('PLAN.CANNOT_REPLICATE', 'Foreign keys cannot be silenced', {
    why: isCitus
      ? 'Citus checks them on other servers, which do not hear of session_replication_role.'
      : `The server does not let the role "${role}" set session_replication_role.`,
    fix: `Leave --fk-mode replica out${isCitus ? '.' : `, or ${cure}`}`,
    meta: { role, serverVersion, isCitus },
  })
}

export function uncheckedKey(table: string, constraint: string): GyroError {
  return new GyroError('PLAN.UNCHECKED_KEY', `Nothing would check ${constraint} of ${table}`, {
    why: 'PostgreSQL checks a deferrable key by a trigger, which --fk-mode replica silences.',
    fix: 'Leave --fk-mode replica out.',
    meta: { table, constraint },
  })
}

/** A foreign key that is more than equal values. */
export function uncheckedReference({ name, from }: Pick<OwnReference, 'name' | 'from'>): GyroError {
  return new GyroError(
    'PLAN.UNCHECKED_KEY',
    `Nothing would check ${name} of ${displayName(from)}`,
    {
      why: 'It is declared with MATCH FULL or PERIOD, which --fk-mode replica cannot look up.',
      fix: 'Leave --fk-mode replica out.',
      meta: { table: displayName(from), constraint: name },
    },
  )
}

/** A foreign key that the role cannot look up. */
export function unreadableReference(
  { name, from, target }: Pick<OwnReference, 'name' | 'from' | 'target'>,
  role: string,
): GyroError {
  const grants = [
    grantTo(role, 'select', describeTable(from)),
    grantTo(role, 'select, update', describeTable(target)),
  ]
  return new GyroError('PLAN.CANNOT_LOOK_UP', `The role "${role}" may not look up ${name}`, {
    why: `It has to see every row of ${displayName(from)} and of ${displayName(target)}, and to lock those of the latter.`,
    fix: `Let the owner run: ${grants.join(' ')} Where policies apply, the role needs BYPASSRLS, too. Or leave --fk-mode replica out.`,
    meta: { table: displayName(from), constraint: name, role, grants },
  })
}
