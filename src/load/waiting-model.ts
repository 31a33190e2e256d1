import type { PreparedModel } from '../plan/prepared-import.js'
import type { SelectedRows } from './staging.js'

/** Rows of a model that wait. */
export interface WaitingModel extends SelectedRows {
  readonly model: PreparedModel
  /** How many they are. */
  readonly rows: number
}

/** What a statement did to a table. */
export interface WrittenRows {
  readonly inserted: number
  readonly updated: number
}
