/** What a hook may do with a row that is not to be loaded. */
export interface HookPlace<Field extends string = string> {
  /** The Prisma name. */
  readonly model: string
  /** Path as given to the program; `rows.Order` for rows of a program. */
  readonly file: string
  /** The line on which the row begins, counting from 1; of rows of a program the same as `row`. */
  readonly line: number
  /** Counts the rows of the model from 1, through all its files. */
  readonly row: number
  /**
   * Rejects the row, whatever the hook gives back. With `onBadRow: 'reject'` it goes into the file of
   * rejected rows; else the import fails. May be called once the hook was called, and until it, or its
   * promise, is done: after that it ends the import, and throws where that has ended.
   *
   * @param reason A sentence for people. It is written into errors and files: no values of the row.
   * @param field The field that is wrong, where it is one.
   */
  readonly reject: (reason: string, field?: Field) => RowRejection
}

/** What `reject` gives, so that a hook can return it. */
export class RowRejection {
  readonly reason: string
  readonly field: string | null

  constructor(reason: string, field: string | null) {
    this.reason = reason
    this.field = field
  }
}

/** A row by the names of its fields, where its model is not known to the compiler. */
export interface AnyRow {
  readonly [field: string]: unknown
}

/**
 * Gives the row that is loaded in place of the one of the file, with the same fields; or what `reject`
 * gave. Declared as a method, so that one for the rows of a model can stand where one for any row is
 * wanted.
 */
export type TransformHook<Row extends object = AnyRow, Changed extends object = Row> = {
  hook(
    row: Row,
    at: HookPlace<keyof Row & string>,
  ): Changed | RowRejection | Promise<Changed | RowRejection>
}['hook']

/** Rejects a row, or gives nothing, or true. */
export type ValidateHook<Row extends object = AnyRow> = {
  hook(
    row: Row,
    at: HookPlace<keyof Row & string>,
    // biome-ignore lint/suspicious/noConfusingVoidType: a hook need not return.
  ): void | true | RowRejection | Promise<void | true | RowRejection>
}['hook']

/** The hooks of one model; null for none. */
export interface RowHooks {
  readonly transform: TransformHook | null
  readonly validate: ValidateHook | null
}
