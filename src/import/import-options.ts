import type { HooksByModel, PlanOptions, RowsByModel } from './plan-options.js'

/** Options of `importModels`. */
export interface ImportOptions<
  ModelName extends string = string,
  Rows = RowsByModel,
  Hooks extends HooksByModel = HooksByModel,
> extends PlanOptions<ModelName, Rows, Hooks> {
  /**
   * Name of the batch, such as the source system.
   * @default the name of the folder, `stdin` for a stream, `rows` for rows
   */
  readonly batchName?: string
  /**
   * What becomes of a row that cannot be loaded. `fail`: nothing is written. `reject`: it is put into
   * a file of rejected rows, with the reason, and so are the rows that refer to it; the others are
   * loaded, all or none. That takes another pass over the files and memory, 8 bytes for each row and
   * each of its uniques and references. A file of which it cannot be told where rows end fails the
   * import all the same. Where rows
   * are committed in chunks, so does a row that only PostgreSQL can refuse.
   * @default 'fail'
   */
  readonly onBadRow?: 'fail' | 'reject'
  /**
   * How many rows may be rejected: a number, or a share of the rows such as `'1%'`. Beyond that nothing
   * is written, but the files of rejected rows are kept.
   * @default no limit
   */
  readonly maxRejects?: number | string
  /**
   * Folder for the files of rejected rows. Files that are there are never written over.
   * @default `rejects/<batch name>`, with a number behind it where that is there already
   */
  readonly rejects?: string
  /**
   * Writes an apostrophe in front of cells of rejected rows that begin with `=`, `+`, `-`, `@`, a tab or
   * a carriage return, which a spreadsheet would run. Their bytes are not those of the original then.
   * @default false
   */
  readonly safeCells?: boolean
}
