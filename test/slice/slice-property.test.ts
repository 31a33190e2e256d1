import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { withTestDatabase } from '../support/test-database.js'
import {
  arbitraryDatabase,
  arbitrarySlice,
  buildDatabase,
  buildOptions,
  cellsOf,
  codeOf,
  type DrawnDatabase,
  renderDatabase,
} from './arbitrary-slices.js'
import { type PlainOptions, plainSlice } from './slice-reference.js'
import { readPlans, sliceInSnapshot } from './slice-stage.js'

describe('sliceRows', () => {
  it('finds what a plain search finds, in whatever database', () =>
    withTestDatabase('', async (client) => {
      const property = fc.asyncProperty(
        arbitraryDatabase,
        fc.array(arbitrarySlice, { minLength: 6, maxLength: 6 }),
        async (drawn, asked) => {
          const database = buildDatabase(drawn)
          const { references } = database
          await client.query(renderDatabase(database))
          const annotations = Object.fromEntries(
            references
              .filter(({ kind }) => kind === 'loose')
              .map(({ from, name, to }) => [`${from}.${name}`, `${to}.id`]),
          )
          const plans = await readPlans(client, annotations)
          for (const each of asked) {
            const { told, plain } = buildOptions(each, database)
            const found = await sliceInSnapshot(client, plans, told)
            expect(sorted(found.rows)).toEqual(expectedRows(database, plain))
            for (const [name, { rows: count }] of found.selections) {
              expect(count).toBe(found.rows[name]?.length ?? 0)
            }
          }
        },
      )

      await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 40_000 })
    }))
})

function expectedRows(
  { rows, references }: DrawnDatabase,
  plain: PlainOptions,
): Readonly<Record<string, readonly string[]>> {
  const expected: Record<string, string[]> = {}
  for (const [row, lost] of plainSlice(rows, references, plain)) {
    const own = references.filter(({ from }) => from === row.model)
    const cells = own.flatMap((each) => cellsOf(row, each, lost))
    const line = [row.id, codeOf(row.id), ...cells].join('\t')
    expected[row.model] = [...(expected[row.model] ?? []), line]
  }
  return sorted(expected)
}

function sorted(
  rows: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(rows).map(([name, lines]) => [name, lines.toSorted()]))
}
