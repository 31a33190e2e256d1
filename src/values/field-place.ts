import { type CsvPosition, describePosition } from '../csv/csv-error.js'

/** A field of a file: where it is, and which column of which model it means. */
export interface FieldPlace {
  readonly at: CsvPosition
  readonly model: string
  readonly header: string
}

/** `Order.csv:12:3: "total" of Order`, to be followed by what is wrong with it. */
export function describeField({ at, model, header }: FieldPlace): string {
  return `${describePosition(at)}: "${header}" of ${model}`
}
