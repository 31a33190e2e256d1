import type { CsvDialect } from './csv-dialect.js'
import { type CsvScanner, FieldKind } from './csv-scanner.js'

/** Whether a field, at an index of `starts`, is NULL. */
export function isNullField(scanner: CsvScanner, index: number, { nullText }: CsvDialect): boolean {
  const { bytes, starts, ends, kinds } = scanner
  const start = starts[index] as number
  const end = ends[index] as number
  return (
    ((kinds[index] as number) & FieldKind.Quoted) === 0 &&
    end - start === nullText.length &&
    nullText.compare(bytes, start, end) === 0
  )
}
