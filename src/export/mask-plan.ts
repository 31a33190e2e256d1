/** How the columns of one model are masked. */
export interface MaskPlan {
  /** By the database name of the column. */
  readonly columns: ReadonlyMap<string, MaskedColumn>
  /**
   * What goes over the rows, which are CSV without a header, cut anywhere; null where SQL does it all.
   */
  readonly transform: ((chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | null
}

interface MaskedColumn {
  /** What the record of the export calls it. */
  readonly kind: string
  /** What stands in the select list of the row `t`; null where `transform` replaces the values. */
  readonly sql: string | null
}
