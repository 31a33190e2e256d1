import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { displayName, qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'

/** A model, its table and its file. */
export interface ModelPlace {
  readonly model: string
  readonly table: TableName
  readonly file: string
}

/** A foreign key whose columns would keep their values while the rows they refer to get new keys. */
export function unknownReference(
  { model, table }: { readonly model: { readonly name: string }; readonly table: TableName },
  reference: {
    readonly constraint: string
    readonly columns: readonly string[]
    readonly target: string
  },
): GyroError {
  const { constraint, columns, target } = reference
  return new GyroError('PLAN.UNKNOWN_REFERENCE', `The schema lacks a relation of ${model.name}`, {
    why: `In the database ${displayName(table)} (${columns.join(', ')}) refers to ${target} by ${constraint}, but the schema has no such relation: the values would not follow the new keys.`,
    fix: `Add the relation to the schema and run npx prisma generate, or keep the keys of ${target}: --remap-strategy ${target}=none.`,
    meta: { model: model.name, table: displayName(table), constraint, columns, target },
  })
}

export function unknownModel(option: string, name: string, known: readonly string[]): GyroError {
  return new GyroError('PLAN.UNKNOWN_MODEL', `There is no model "${name}"`, {
    why: `The option "${option}" names it, but the manifest does not have it.`,
    fix: `${didYouMean(name, known)}Correct the name; after a change of the schema run npx prisma generate.`,
    meta: { option, model: name },
  })
}

export function modelWithoutFile(option: string, model: string, folder: string): GyroError {
  return new GyroError('PLAN.UNKNOWN_MODEL', `${model} has no file`, {
    why: `The option "${option}" names it, but ${folder} holds no file of it.`,
    fix: `Add ${model}.csv to the folder, or leave the model out of "${option}".`,
    meta: { option, model, folder },
  })
}

export function missingTable({ model, table }: ModelPlace): GyroError {
  return new GyroError('PLAN.MISSING_TABLE', `The database has no table for ${model}`, {
    why: `${displayName(table)} does not exist in it.`,
    fix: 'Apply the migrations (npx prisma migrate deploy), or check the URL and its ?schema=.',
    meta: { model, table: displayName(table) },
  })
}

export function notATable({ model, table }: ModelPlace): GyroError {
  return new GyroError('PLAN.NOT_A_TABLE', `${model} is not a table`, {
    why: `${displayName(table)} is a view: it holds no rows of its own.`,
    fix: 'Remove its file, or import the tables that the view reads from.',
    meta: { model, table: displayName(table) },
  })
}

export function rowSecurity({ model, table }: ModelPlace, role: string): GyroError {
  return new GyroError('PLAN.ROW_SECURITY', `COPY into ${displayName(table)} is refused`, {
    why: `Row-level security of the table applies to the role "${role}", and COPY cannot check policies.`,
    fix: 'Import as the owner of the table or as a role with BYPASSRLS.',
    meta: { model, table: displayName(table), role },
  })
}

export function missingPrivilege(
  { model, table }: Pick<ModelPlace, 'model' | 'table'>,
  role: string,
  missing: { readonly privilege: string; readonly on: string; readonly for: string },
): GyroError {
  const grant = `grant ${missing.privilege} on ${missing.on} to ${quoteIdentifier(role)};`
  return new GyroError('PLAN.MISSING_PRIVILEGE', `The role "${role}" may not load ${model}`, {
    why: `It needs ${missing.privilege} on ${missing.on} ${missing.for}.`,
    fix: `Let the owner run: ${grant}`,
    meta: { model, table: displayName(table), role, grant },
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
  column: { readonly name: string; readonly why: string },
): GyroError {
  return new GyroError('PLAN.MISSING_COLUMN', `${file} lacks the column "${column.name}"`, {
    why: `${column.why}`,
    fix: `Add the column "${column.name}" to the file.`,
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

/** What a role needs on a table, ready for `grant … on …`. */
export function describeTable(table: TableName): string {
  return `table ${qualify(table)}`
}
