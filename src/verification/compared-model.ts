import type { RecordedModel } from '../history/read-batch.js'
import type { ImportedModel } from '../history/read-imports.js'
import type { PreparedColumn } from '../plan/prepared-column.js'
import type { PreparedModel, PreparedReference } from '../plan/prepared-import.js'
import type { TableName } from '../postgres/identifier.js'
import type { NotCompared } from './verification-result.js'

/** What of a model is compared, and how. */
export interface ComparedModel {
  readonly prepared: PreparedModel
  readonly recorded: RecordedModel
  readonly counts: ImportedModel
  /** The temporary table with the rows of its files; null where these are only counted. */
  readonly staging: TableName | null
  /** Whether every row of the files was loaded: then the rows are the same, else those of the files. */
  readonly isWhole: boolean
  /** Columns whose values stayed what they were. */
  readonly columns: readonly ComparedColumn[]
  readonly references: readonly ComparedReference[]
  /** Columns that tell a row to others that refer to it: the same in the files and in the table. */
  readonly telling: readonly ComparedColumn[]
  readonly notCompared: readonly NotCompared[]
}

export interface ComparedColumn {
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
}

export interface ComparedReference {
  readonly name: string
  /** Database names. */
  readonly columns: readonly string[]
  /** The rows referred to; null where only that something is referred to is compared. */
  readonly parent: ReferredRows | null
}

export interface ReferredRows {
  readonly model: string
  readonly table: TableName
  readonly staging: TableName
  /** Whether several rows of the files may have the same key. */
  readonly mayRepeat: boolean
  /** In the order of the columns of the reference. */
  readonly targetColumns: readonly ComparedColumn[]
  readonly telling: readonly ComparedColumn[]
  /** Whether a key stays that no row of the files has: then it is that of a row that was there. */
  readonly keepsMissing: boolean
}

/** What models are chosen from. */
export interface ComparableBatch {
  /** In load order. */
  readonly prepared: readonly PreparedModel[]
  readonly recorded: ReadonlyMap<string, RecordedModel>
  readonly counts: ReadonlyMap<string, ImportedModel>
  /** Models whose rows a transform hook may have changed. */
  readonly transformed: ReadonlySet<string>
  /** By model: where the rows of its files are, as far as they could be read. */
  readonly staged: ReadonlyMap<string, TableName>
}

/** Says of each model of a batch what of it can be compared with the files. */
export function chooseCompared(batch: ComparableBatch): readonly ComparedModel[] {
  const known = batch.prepared.filter(({ model }) => batch.recorded.has(model))
  const byName = new Map(known.map((model) => [model.model, chooseColumns(model, batch)]))
  return [...byName.values()].map((model) => chooseReferences(model, byName))
}

function chooseColumns(prepared: PreparedModel, batch: ComparableBatch): ComparedModel {
  const { model } = prepared
  const recorded = batch.recorded.get(model) as RecordedModel
  const counts = batch.counts.get(model) as ImportedModel
  const staging = batch.staged.get(model) ?? null
  const nulled = prepared.references.flatMap(({ missing }) => missing.nulled)
  const chosen = prepared.columns.map((column) => ({
    column,
    obstacle: staging === null ? null : obstacleOf(column, nulled),
  }))
  const columns =
    staging === null
      ? []
      : chosen.flatMap(({ column, obstacle }) => (obstacle === null ? [column] : []))
  const isWhole = counts.read === counts.loaded
  const base = { prepared, recorded, counts, staging, isWhole, columns, references: [] }
  return {
    ...base,
    telling: isTold(counts) ? columns : columns.filter(({ column }) => tells(prepared, column)),
    notCompared: [
      ...chosen.flatMap(({ column, obstacle }) =>
        obstacle === null || obstacle === ''
          ? []
          : [{ kind: 'column' as const, name: column.column, why: obstacle }],
      ),
      ...describeOthers(prepared),
      ...describeRows(base, batch.transformed.has(model)),
    ],
  }
}

/** Why the values of a column are not those of the file; empty where a reference says more of it. */
function obstacleOf({ column, role }: PreparedColumn, nulled: readonly string[]): string | null {
  switch (role.kind) {
    case 'drop':
      return column === '' ? '' : 'is computed by the database'
    case 'key':
      return 'holds new keys'
    case 'reference':
      return ''
    default:
      return nulled.includes(column) ? 'became NULL where no row is referred to' : null
  }
}

/** Columns that no file has. */
function describeOthers({ columns, made, tableColumns }: PreparedModel): readonly NotCompared[] {
  const others = tableColumns.filter((name) => !columns.some(({ column }) => column === name))
  return others.map((name) => ({
    kind: 'column',
    name,
    why: made.some(({ column }) => column === name)
      ? 'was made by the import'
      : 'is in no file: the database has filled it',
  }))
}

/** Whether rows have in the table what they have in the files, whoever wrote them. */
function isTold({ updated, skipped }: ImportedModel): boolean {
  return updated + skipped === 0
}

/** Whether a row that was there before must have the value of the file in a column. */
function tells({ businessKey, conflict }: PreparedModel, name: string): boolean {
  const columns = businessKey?.map(({ column }) => column) ?? conflict?.target ?? []
  return columns.includes(name)
}

/** What is not known of the rows themselves. */
function describeRows(
  { prepared, counts, staging }: Pick<ComparedModel, 'prepared' | 'counts' | 'staging'>,
  isTransformed: boolean,
): readonly NotCompared[] {
  const { updated, skipped, rejected } = counts
  const isPinned = prepared.key?.kind === 'pinned'
  const isNot = 'which of the rows in the files these are is not kept'
  const of = (kind: 'model' | 'rows', is: boolean, why: string): readonly NotCompared[] =>
    is ? [{ kind, name: '', why }] : []
  const isUnread = staging === null && !isTransformed && !isPinned
  return [
    ...of('model', isTransformed, 'a transform hook may have changed its rows'),
    ...of('model', isPinned, 'its rows are one that was there'),
    ...of('model', isUnread, 'rows were rejected that keep the files from being read'),
    ...of(
      'rows',
      skipped > 0 && !isPinned,
      `${skipped} were there and stayed as they were; ${isNot}`,
    ),
    ...of('rows', updated > 0, `${updated} were there; of these only what was updated is compared`),
    ...of('rows', rejected > 0, `${rejected} were rejected; ${isNot}`),
  ]
}

function chooseReferences(
  model: ComparedModel,
  byName: ReadonlyMap<string, ComparedModel>,
): ComparedModel {
  if (model.staging === null) return model
  const references: ComparedReference[] = []
  const notCompared: NotCompared[] = []
  for (const reference of model.prepared.references) {
    const { name, columns, missing } = reference
    const parent = byName.get(reference.targetModel) ?? null
    const referred = parent === null ? null : findReferred(reference, parent)
    const roles = columns.map((name) => findColumn(model.prepared, name)?.role.kind)
    const isMapped = roles.includes('reference') || roles.includes('key')
    const mayBeNulled = referred === null && missing.nulled.length > 0
    if (!mayBeNulled) references.push({ name, columns, parent: referred })
    if (mayBeNulled || (isMapped && (referred === null || referred.telling.length === 0))) {
      notCompared.push({ kind: 'reference', name, why: describeLoss(parent, mayBeNulled) })
    }
  }
  return { ...model, references, notCompared: [...model.notCompared, ...notCompared] }
}

/** The rows that a reference is to; null where the files of the model were not read. */
function findReferred(
  { columns, targetColumns, missing }: PreparedReference,
  { prepared, staging, counts, telling }: ComparedModel,
): ReferredRows | null {
  const targets = targetColumns.flatMap((name) => findColumn(prepared, name) ?? [])
  if (staging === null || targets.length < columns.length) return null
  return {
    model: prepared.model,
    table: prepared.table,
    staging,
    mayRepeat: !isTold(counts),
    targetColumns: targets,
    telling,
    keepsMissing: missing.policy === 'keep',
  }
}

function describeLoss(parent: ComparedModel | null, mayBeNulled: boolean): string {
  if (mayBeNulled)
    return 'became NULL where no row is referred to, and it is not read which are there'
  if (parent === null) return 'refers by new keys to rows that are in no file'
  const { model } = parent.prepared
  return `is only counted: nothing of ${model} can be compared that tells its rows`
}

function findColumn({ columns }: PreparedModel, name: string): PreparedColumn | undefined {
  return columns.find(({ column }) => column === name)
}
