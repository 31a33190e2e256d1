import type { GyroError } from '../error/gyro-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { missingTarget, refersToRejected } from './check-error.js'
import { findDuplicates } from './find-duplicates.js'
import type { ModelReference, ModelRows, ModelTuple } from './model-rows.js'
import type { RowFault, RowFaults } from './row-fault.js'

/** A reference and the model that it is of. */
interface Referrer extends ModelReference {
  readonly rows: ModelRows
}

/**
 * The rows of an import, looked at before any is written: which of them cannot be loaded, and why. Rows
 * that refer to such a row follow it. Every row has one fault at most: the first that is found.
 */
export class RowCheck {
  /** Why some files could not be read to their end: it cannot be told where their rows end. */
  readonly unreadable: readonly GyroError[]
  readonly #models: ReadonlyMap<string, ModelRows>
  /** Who refers to some columns. */
  readonly #referrers = new Map<ModelTuple, Referrer[]>()
  /** By columns: how many rows are rejected that have a number there. */
  readonly #gone = new Map<ModelTuple, Map<number, number>>()

  /** See `checkRows`. */
  constructor(models: readonly ModelRows[]) {
    this.unreadable = models.flatMap(({ unreadable }) => unreadable ?? [])
    this.#models = new Map(models.map((rows) => [rows.model.model, rows]))
    for (const rows of models) {
      for (const reference of rows.references) {
        const others = this.#referrers.get(reference.target) ?? []
        this.#referrers.set(reference.target, [...others, { ...reference, rows }])
      }
    }
  }

  /** The models whose rows were looked at. */
  get models(): readonly PreparedModel[] {
    return [...this.#models.values()].map(({ model }) => model)
  }

  /** Data rows of all files. */
  get rows(): number {
    return this.#sum(({ rows }) => rows)
  }

  /** Those of one model; null where they were not looked at. */
  rowsOf(model: string): number | null {
    return this.#models.get(model)?.rows ?? null
  }

  /** Those that cannot be loaded. */
  get rejected(): number {
    return this.#sum(({ faults }) => faults.size)
  }

  /** Whether files of a model could not be read to their end. */
  isUnreadable(model: string): boolean {
    return this.#models.get(model)?.unreadable !== null
  }

  /** What is wrong with rows of a model. */
  faultsOf(model: string): RowFaults {
    return this.#models.get(model)?.faults ?? new Map()
  }

  /** Rejects a row, counted from 0 through all files of the model, and those that refer to it. */
  reject(model: string, row: number, { column, code, why }: Omit<RowFault, 'root'>): void {
    const rows = this.#models.get(model)
    if (rows === undefined || rows.faults.has(row)) return
    rows.faults.set(row, rows.pool.get({ column, code, why }))
    this.#spread([{ rows, row }])
  }

  /** Compares what was read of all models, once. */
  async compare(signal?: AbortSignal): Promise<void> {
    const models = [...this.#models.values()]
    for (const rows of models) {
      for (const reference of rows.references) this.#setNull(rows, reference)
    }
    for (const rows of models.filter(({ unreadable }) => unreadable === null)) {
      await findDuplicates(rows, signal)
    }
    for (const rows of models) {
      for (const reference of rows.references) this.#rejectMissing(rows, reference)
    }
    const rejected = models.flatMap((rows) => [...rows.faults.keys()].map((row) => ({ rows, row })))
    this.#spread(rejected)
  }

  /** Rows become different in no unique by a column that becomes NULL in them. */
  #setNull({ model, uniques, rows }: ModelRows, modelReference: ModelReference): void {
    const { nulled } = modelReference.reference.missing
    const concerned = uniques.filter(({ tuple }) =>
      tuple.columns.some(({ index }) => nulled.includes(model.columns[index]?.column ?? '')),
    )
    if (concerned.length === 0) return
    for (let row = 0; row < rows; row++) {
      if (!this.#isMissing(modelReference, row)) continue
      for (const { numbers } of concerned) numbers.clear(row)
    }
  }

  /** Finds the rows that refer to one that no file has. */
  #rejectMissing({ rows, faults, there, pool }: ModelRows, modelReference: ModelReference): void {
    const { reference, isRequired, tuple } = modelReference
    if (!isRequired) return
    const column = tuple.columns[0]?.index ?? null
    const fault = pool.get({ column, ...missingTarget(reference.targetModel) })
    for (let row = 0; row < rows; row++) {
      if (faults.has(row) || there.has(row)) continue
      if (this.#isMissing(modelReference, row)) faults.set(row, fault)
    }
  }

  #isMissing({ reference, target, numbers }: ModelReference, row: number): boolean {
    // What a file that cannot be read holds is not known.
    const isKnown = (this.#models.get(reference.targetModel)?.unreadable ?? null) === null
    const number = numbers.at(row)
    return isKnown && !Number.isNaN(number) && !target.numbers.has(number)
  }

  /** Rejects what refers to rejected rows, and what refers to that, and so on. */
  #spread(rejected: { readonly rows: ModelRows; readonly row: number }[]): void {
    for (let next = rejected.pop(); next !== undefined; next = rejected.pop()) {
      const { rows, row } = next
      const { root } = rows.faults.get(row) as RowFault
      for (const target of rows.targets.values()) {
        const number = target.numbers.at(row)
        if (!this.#isLastOne(target, number)) continue
        for (const referrer of this.#referrers.get(target) ?? []) {
          const { faults, there, pool } = referrer.rows
          const why = refersToRejected(rows.model.model, root)
          const fault = pool.get({ column: columnOf(referrer), ...why, root })
          for (const follower of referrer.numbers.rowsOf(number)) {
            if (faults.has(follower) || there.has(follower)) continue
            faults.set(follower, fault)
            rejected.push({ rows: referrer.rows, row: follower })
          }
        }
      }
    }
  }

  /** Whether all rows with the number are rejected by now. Of duplicates, one stays to be referred to. */
  #isLastOne(target: ModelTuple, number: number): boolean {
    if (Number.isNaN(number)) return false
    const gone = this.#gone.get(target) ?? new Map<number, number>()
    this.#gone.set(target, gone)
    const count = (gone.get(number) ?? 0) + 1
    gone.set(number, count)
    return count === target.numbers.count(number)
  }

  #sum(count: (rows: ModelRows) => number): number {
    return [...this.#models.values()].reduce((sum, rows) => sum + count(rows), 0)
  }
}

function columnOf({ tuple }: ModelTuple): number | null {
  return tuple.columns[0]?.index ?? null
}
