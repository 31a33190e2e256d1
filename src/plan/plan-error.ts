import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { displayName, qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import type { Server } from '../postgres/server.js'
import type { LockedTable } from '../postgres/table-locks.js'
import type { NarrowReference } from './narrow-references.js'

/** A model, its table and its file. */
export interface ModelPlace {
  readonly model: string
  readonly table: TableName
  readonly file: string
}

/** A foreign key to a column that no file can hold: which of the imported rows are meant is unknown. */
export function unknownReference(
  { model, table }: ModelPlace,
  reference: {
    readonly constraint: string
    readonly columns: readonly string[]
    readonly target: string
    readonly unknown: readonly string[]
  },
): GyroError {
  const { constraint, columns, target, unknown } = reference
  const names = unknown.map((name) => `"${name}"`).join(' and ')
  return new GyroError(
    'PLAN.UNKNOWN_REFERENCE',
    `The schema lacks a column that ${model} refers to`,
    {
      why: `In the database ${displayName(table)} (${columns.join(', ')}) refers to ${names} of ${target} by ${constraint}, but the schema does not have that column, so that the row that is meant cannot be told.`,
      fix: `Add ${names} to the model ${target} and run npx prisma generate, or leave one of the two files out with --models.`,
      meta: { model, table: displayName(table), constraint, columns, target, unknown },
    },
  )
}

export function insertRule({ model, table }: ModelPlace, rules: readonly string[]): GyroError {
  const names = rules.map((name) => `"${name}"`).join(' and ')
  const disable = rules.map(
    (name) => `alter table ${qualify(table)} disable rule ${quoteIdentifier(name)};`,
  )
  return new GyroError('PLAN.INSERT_RULE', `${displayName(table)} has a rule for INSERT`, {
    why: `An INSERT of an application follows ${names}, COPY does not: the rows of ${model} would go elsewhere.`,
    fix: `Use a trigger instead, or disable it while you import: ${disable.join(' ')}`,
    meta: { model, table: displayName(table), rules },
  })
}

export function unknownModel(option: string, name: string, known: readonly string[]): GyroError {
  return new GyroError('PLAN.UNKNOWN_MODEL', `There is no model "${name}"`, {
    why: `The option "${option}" names it, but the manifest does not have it.`,
    fix: `${didYouMean(name, known)}Correct the name; after a change of the schema run npx prisma generate.`,
    meta: { option, model: name },
  })
}

export function modelWithoutFile(option: string, model: string): GyroError {
  return new GyroError('PLAN.UNKNOWN_MODEL', `${model} has no file`, {
    why: `The option "${option}" names it, but no file of it is imported.`,
    fix: `Add ${model}.csv to the folder, or leave the model out of "${option}".`,
    meta: { option, model },
  })
}

export function missingTable({ model, table }: ModelPlace): GyroError {
  return new GyroError('PLAN.MISSING_TABLE', `The database has no table for ${model}`, {
    why: `${displayName(table)} does not exist in it.`,
    fix: 'Apply the migrations (npx prisma migrate deploy), or check the URL and its ?schema=.',
    meta: { model, table: displayName(table) },
  })
}

export function notATable({ model, table }: ModelPlace, kind: string): GyroError {
  const what = kind === 'm' ? 'materialized view: what it holds is' : 'view: what it shows is'
  return new GyroError('PLAN.NOT_A_TABLE', `${model} is not a table`, {
    why: `${displayName(table)} is a ${what} the rows of other tables.`,
    fix: 'Remove its file, or import the tables that the view reads from.',
    meta: { model, table: displayName(table) },
  })
}

export function unbreakableCycle(models: readonly string[], cycles: readonly string[]): GyroError {
  return new GyroError('PLAN.UNBREAKABLE_CYCLE', `${models.join(', ')} cannot be loaded`, {
    why: `They refer to each other in a circle: ${cycles.join('; ')}. Citus does not take them by one statement, and what refers on is required, or the files lack the primary key by which it could be filled in afterwards.`,
    fix: 'Make one of these references optional, or add the primary keys to the files.',
    meta: { models, cycles },
  })
}

/** What a role lacks, as the error of each model tells it. */
export interface MissingPrivilege {
  /** As in GRANT, several joined by commas: `select, update`. */
  readonly privilege: string
  /** Ready for `grant … on …`. */
  readonly on: string
  /** What it is needed for: `to load rows`. */
  readonly for: string
}

export function missingPrivilege(
  { model, table }: Pick<ModelPlace, 'model' | 'table'>,
  role: string,
  missing: MissingPrivilege,
): GyroError {
  const { privilege, on } = missing
  const grant = grantTo(role, privilege, on)
  return new GyroError('PLAN.MISSING_PRIVILEGE', `The role "${role}" may not load ${model}`, {
    why: `It needs ${privilege} on ${on} ${missing.for}.`,
    fix: `Let the owner run: ${grant}`,
    meta: { model, table: displayName(table), role, ...missing, grant },
  })
}

/** Everything that a role lacks to load several models, or several things to load one. */
export function missingPrivileges(
  role: string,
  models: readonly string[],
  { reasons, grants }: { readonly reasons: readonly string[]; readonly grants: readonly string[] },
): GyroError {
  const summary = `The role "${role}" may not load ${models.join(', ')}`
  return new GyroError('PLAN.MISSING_PRIVILEGE', summary, {
    why: `It needs ${reasons.join('; ')}.`,
    fix: ['Let the owner run:', ...grants].join('\n'),
    meta: { models, role, reasons, grants },
  })
}

export function cannotLock({ model, table }: ModelPlace): GyroError {
  return new GyroError('PLAN.CANNOT_LOCK', `${model} has no sequence to take new ids from`, {
    why: `${displayName(table)} is a foreign table: others cannot be kept from inserting into it meanwhile.`,
    fix: `Give the column a sequence as its default, or keep its keys: --remap-strategy ${model}=none.`,
    meta: { model, table: displayName(table) },
  })
}

export function unknownColumn(
  { model, table, file }: ModelPlace,
  column: { readonly header: string; readonly column: string },
): GyroError {
  return new GyroError(
    'PLAN.UNKNOWN_COLUMN',
    `${displayName(table)} has no column "${column.column}"`,
    {
      why: `"${column.header}" of ${file} goes there: the manifest of ${model} and the database differ.`,
      fix: 'Apply the migrations, or run npx prisma generate if the schema is behind the database.',
      meta: { model, table: displayName(table), file, ...column },
    },
  )
}

export function missingColumn(
  { model, table, file }: ModelPlace,
  column: { readonly name: string; readonly why: string; readonly fix?: string },
): GyroError {
  return new GyroError('PLAN.MISSING_COLUMN', `${file} lacks the column "${column.name}"`, {
    why: column.why,
    fix: column.fix ?? `Add the column "${column.name}" to the file.`,
    meta: { model, table: displayName(table), file, column: column.name },
  })
}

export function keyConflict(model: string, field: string, targets: readonly string[]): GyroError {
  return new GyroError('KEYS.CONFLICT', `${model}.${field} refers to two models`, {
    why: `It would have to follow the new keys of ${targets.join(' and of ')}, which differ.`,
    fix: `Keep the keys of one of them: --remap-strategy ${targets[0]}=none.`,
    meta: { model, field, targets },
  })
}

/** The statement that gives a role what it lacks. */
export function grantTo(role: string, privilege: string, on: string): string {
  return `grant ${privilege} on ${on} to ${quoteIdentifier(role)};`
}

/** A database, ready for `grant … on …`. */
export function describeDatabase(database: string): string {
  return `database ${quoteIdentifier(database)}`
}

/** What `--fk-mode` does that only the owner of a table may do. */
const OWNERS_WORK = {
  rebuild: {
    summary: 'The role may not rebuild the tables',
    what: 'Dropping foreign keys and indexes and making them again',
  },
  deferred: {
    summary: 'The role may not make foreign keys deferrable',
    what: 'Making a foreign key deferrable',
  },
} as const

/** @param barred Tables whose structure the role may not change, at least one. */
export function notOwner(
  mode: keyof typeof OWNERS_WORK,
  barred: readonly LockedTable[],
): GyroError {
  const { summary, what } = OWNERS_WORK[mode]
  const foreign = barred.filter(({ isOwned }) => !isOwned).map(displayName)
  const schemas = barred.filter(({ canCreate }) => !canCreate && mode === 'rebuild')
  const missing = [
    ...(foreign.length > 0 ? [`own ${foreign.join(', ')}`] : []),
    ...[...new Set(schemas.map(({ schema }) => schema))].map(
      (schema) => `have CREATE on the schema ${schema}`,
    ),
  ]
  return new GyroError('PLAN.NOT_OWNER', summary, {
    why: `${what} needs the owner: the role does not ${missing.join(' nor ')}.`,
    fix: `Import as the owner of these tables, or leave --fk-mode ${mode} out: rows are checked as they are loaded then.`,
    meta: { tables: barred.map(displayName) },
  })
}

/** The server takes no rows of anybody who connects as the import does. */
export function readOnlyServer(
  reason: 'standby' | 'setting',
  { database, role }: Pick<Server, 'database' | 'role'>,
): GyroError {
  const details =
    reason === 'standby'
      ? {
          why: 'The server is a standby: it copies another one and takes no rows of its own.',
          fix: 'Give the URL of the primary server.',
        }
      : {
          why: 'Transactions are read-only by default for the server, the database or the role.',
          fix: `Import as another role, or run: alter role ${quoteIdentifier(role)} set default_transaction_read_only = off;`,
        }
  return new GyroError('PLAN.READ_ONLY', `The database "${database}" cannot be written to`, {
    ...details,
    meta: { database, role, reason },
  })
}

export function nonAtomicServer({ database, role }: Pick<Server, 'database' | 'role'>): GyroError {
  return new GyroError('PLAN.NOT_ATOMIC', `"${database}" would not import all or nothing`, {
    why: 'yb_disable_transactional_writes is on: YugabyteDB keeps every row at once, and those of an import that fails could not be undone.',
    fix: `Run: alter role ${quoteIdentifier(role)} set yb_disable_transactional_writes = off;`,
    meta: { database, role },
  })
}

/** A column that refers to new keys cannot hold all of them. */
export function narrowReference(narrow: NarrowReference): GyroError {
  const { table, column, type, limit, target, key } = narrow
  return new GyroError(
    'KEYS.NARROW_REFERENCE',
    `${displayName(table)} has no room for the new keys of ${target}`,
    {
      why: `"${column}" is ${type}, which ends at ${limit}, but the new keys go as far as ${key}.`,
      fix: `Widen the column as the key of ${target} is, then import again: nothing was written.`,
      meta: { table: displayName(table), column, target, limit: String(limit), key: String(key) },
    },
  )
}

/** What a role needs on a table, ready for `grant … on …`. */
export function describeTable(table: TableName): string {
  return `table ${qualify(table)}`
}
