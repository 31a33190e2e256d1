import type { CsvScanner } from '../csv/csv-scanner.js'
import type { GyroError } from '../error/gyro-error.js'
import type { PreparedModel, PreparedReference } from '../plan/prepared-import.js'
import type { UniqueColumns } from '../postgres/unique-columns.js'
import { buildFieldCheck, type FieldCheck } from './field-check.js'
import { visitRows } from './model-parts.js'
import { FaultPool, type RowFault, type RowFaults } from './row-fault.js'
import { RowNumbers } from './row-numbers.js'
import { RowTuple, type TupleColumn } from './row-tuple.js'
import { spellingOf } from './spelling-of.js'

/** Columns of a model, and what their values are in each of its rows. */
export interface ModelTuple {
  readonly tuple: RowTuple
  readonly numbers: RowNumbers
}

/** Columns whose values may be there only once. */
export interface UniqueTuple extends Pick<UniqueColumns, 'columns' | 'nullsEqual'> {
  /** What is said of a row that has the values of another. */
  readonly code: 'KEYS.DUPLICATE' | 'KEYS.DUPLICATE_BUSINESS_KEY' | 'LOAD.DUPLICATE'
}

/** What may be there only once. */
export interface ModelUnique extends ModelTuple, Pick<UniqueTuple, 'code'> {}

/** A reference to another model of the import, or to its own. */
export interface ModelReference extends ModelTuple {
  readonly reference: PreparedReference
  /** The columns that it refers to. */
  readonly target: ModelTuple
  /** Whether the row referred to has to be in the files, and can be told there. */
  readonly isRequired: boolean
}

/**
 * What is known of the rows of one model. Only numbers stay of them: 8 bytes for each row and each of
 * its uniques and references.
 */
export class ModelRows {
  readonly model: PreparedModel
  readonly uniques: ModelUnique[] = []
  readonly references: ModelReference[] = []
  /** What is referred to, by the database names of the columns. */
  readonly targets = new Map<string, ModelTuple>()
  readonly faults = new Map<number, RowFault>()
  /** Rows that are in the table already and stay as they are there: they have no fault. */
  readonly there = new Set<number>()
  rows = 0
  /** Why its files could not be read to their end; else null. */
  unreadable: GyroError | null = null
  readonly pool = new FaultPool()
  /** Those whose values are compared by their bytes. */
  readonly #uniqueColumns: readonly (readonly string[])[]

  constructor(model: PreparedModel, uniques: readonly UniqueTuple[], pinned: ReadonlySet<string>) {
    this.model = model
    this.#uniqueColumns = uniques.map(({ columns }) => columns)
    for (const { columns, nullsEqual, code } of uniques) {
      const places = this.#placesOf(columns)
      if (places === null) continue
      // All rows of a pinned model are one.
      const told = places.filter(({ index }) => !this.#isPinned(index, pinned))
      const tuple = new RowTuple(told, model.dialect, nullsEqual)
      this.uniques.push({ tuple, numbers: new RowNumbers(), code })
    }
  }

  /** The columns as what others refer to; null where the files lack one of them. */
  target(columns: readonly string[]): ModelTuple | null {
    const name = JSON.stringify(columns)
    const places = this.#placesOf(columns)
    if (places === null) return null
    const target = this.targets.get(name) ?? {
      tuple: new RowTuple(places, this.model.dialect),
      numbers: new RowNumbers(),
    }
    this.targets.set(name, target)
    return target
  }

  /**
   * Whether rows that refer to these columns have to have what stands there byte by byte, other
   * spellings of keys set aside: not where a type or a collation takes different texts for equal.
   */
  isComparable(columns: readonly string[]): boolean {
    const isUnique = this.#uniqueColumns.some(
      (unique) =>
        unique.length === columns.length && columns.every((column) => unique.includes(column)),
    )
    return (
      isUnique &&
      this.model.columns.every(
        ({ column, type }) => !columns.includes(column) || spellingOf(type) !== null,
      )
    )
  }

  /** @param isRequired See `ModelReference`. */
  refer(reference: PreparedReference, target: ModelTuple, isRequired: boolean): void {
    const places = this.#placesOf(reference.columns)
    if (places === null) return
    // Both sides are to be spelled alike: the target's type is that which counts.
    const columns = places.map((place, index) => ({
      ...place,
      spelling: target.tuple.columns[index]?.spelling ?? place.spelling,
    }))
    const tuple = new RowTuple(columns, this.model.dialect)
    this.references.push({ reference, target, isRequired, tuple, numbers: new RowNumbers() })
  }

  /**
   * Reads all rows and looks at each of them alone.
   *
   * @param onProgress See `RowVisitor`.
   * @throws {GyroError} `CSV.*` where it cannot be told where rows end.
   */
  async read(
    onProgress: (bytes: number, rows: number) => void,
    signal: AbortSignal,
  ): Promise<Pick<ModelRows, 'rows'>> {
    const checks = this.model.columns.flatMap((column, index) => {
      const check = buildFieldCheck(column, this.model)
      return check === null ? [] : [{ index, check }]
    })
    const tuples = [...this.uniques, ...this.references, ...this.targets.values()]
    await visitRows(
      this.model,
      {
        onRows: (scanner, before) => {
          this.rows = before + scanner.rows - scanner.firstRow
          for (let row = scanner.firstRow; row < scanner.rows; row++) {
            for (const { tuple, numbers } of tuples) numbers.add(tuple.hash(scanner, row))
            const place = before + row - scanner.firstRow
            const fault = this.#refused(place) ?? this.#checkFields(scanner, row, checks)
            if (fault !== null) this.faults.set(place, fault)
          }
        },
        onMisfit: (_, __, { row, error }) => {
          for (const { numbers } of tuples) numbers.add(Number.NaN)
          const { code, details } = error as GyroError
          // The place is told beside it.
          const why = `${details.why.replace(/^The row at line \d+ has/, 'The row has')}`
          this.faults.set(row, this.pool.get({ column: null, code, why }))
          this.rows = row + 1
        },
        onProgress,
      },
      signal,
    )
    return this
  }

  /** What was wrong with a row before it came into the files that are read; null for nothing. */
  #refused(row: number): RowFault | null {
    const { originals, unwritten } = this.model.source
    const rejected = originals?.rejected.get(row)
    if (rejected !== undefined) return this.pool.get(rejected)
    const given = unwritten.get(row)
    if (given === undefined) return null
    const { field, code, why } = given
    const column = this.model.headers.indexOf(field ?? '')
    return this.pool.get({ column: column === -1 ? null : column, code, why })
  }

  #checkFields(
    scanner: CsvScanner,
    row: number,
    checks: readonly { readonly index: number; readonly check: FieldCheck }[],
  ): RowFault | null {
    for (const { index, check } of checks) {
      const refusal = check(scanner, row * scanner.width + index)
      if (refusal !== null) {
        return this.pool.get({ column: index, code: refusal.code, why: refusal.why })
      }
    }
    return null
  }

  /** Forgets all faults but these, and those of rows that are there. */
  restoreFaults(faults: RowFaults): void {
    this.faults.clear()
    for (const [row, fault] of faults) {
      if (!this.there.has(row)) this.faults.set(row, fault)
    }
  }

  /** Null where one of the columns is not sent from the files. */
  #placesOf(columns: readonly string[]): readonly TupleColumn[] | null {
    const places = columns.map((name) => {
      const index = this.model.columns.findIndex(
        ({ column, role }) => column === name && role.kind !== 'drop',
      )
      const spelling = spellingOf(this.model.columns[index]?.type ?? '') ?? 'text'
      return { index, spelling }
    })
    return places.some(({ index }) => index === -1) ? null : places
  }

  #isPinned(index: number, pinned: ReadonlySet<string>): boolean {
    const role = this.model.columns[index]?.role
    return role?.kind === 'reference' && pinned.has(role.owner)
  }
}
