import type { MappedKey } from '../index.js'

/** CSV on its way, and how many rows of it there were so far. */
export interface KeyRows {
  readonly text: AsyncGenerator<string>
  count(): number
}

/** Keys as CSV with the header `source_key,target_key`. */
export function renderKeyRows(pairs: AsyncIterable<readonly MappedKey[]>): KeyRows {
  let rows = 0
  async function* render(): AsyncGenerator<string> {
    let isFirst = true
    for await (const some of pairs) {
      rows += some.length
      // Behind the first keys only: what fails before has written nothing.
      const header = isFirst ? HEADER : ''
      isFirst = false
      yield header + some.map(({ source, target }) => `${cell(source)},${cell(target)}\n`).join('')
    }
    if (isFirst) yield HEADER
  }
  return { text: render(), count: () => rows }
}

const HEADER = 'source_key,target_key\n'

/** An empty text is quoted: without quotes it would be NULL. */
function cell(key: string): string {
  return key === '' || /[",\r\n]/.test(key) ? `"${key.replaceAll('"', '""')}"` : key
}
