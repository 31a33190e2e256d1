import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import {
  expectKeys,
  type Family,
  families,
  renderFamily,
  writeFamily,
} from './arbitrary-families.js'

/** Each makes a database, which takes a second or some. */
const RUNS = 8

describe('hashed keys of any models that refer to each other', () => {
  it(
    'are those that the page says, in every run, whatever the order and the keys of the rows',
    () =>
      fc.assert(
        fc.asyncProperty(families(), async (family) => {
          const schema = renderFamily(family)
          const strategy = Object.fromEntries(
            family.models.map(({ name, strategy }) => [name, strategy]),
          )
          const hashed = family.models.filter(({ strategy }) => strategy === 'hash')
          const expected = hashed.map((model) => expectKeys(family, model))

          await withImportStage({ schema, files: writeFamily(family, 'first') }, async (stage) => {
            await stage.importModels({ strategy })
            expect(await readKeys(stage, hashed)).toEqual(expected)

            const kept = family.models.filter(
              ({ strategy, type }) =>
                strategy === 'none' || (strategy === 'sequential' && type === 'uuid'),
            )
            const onConflict = Object.fromEntries(
              [...hashed, ...kept].map(({ name }) => [name, 'skip'] as const),
            )
            const { models } = await stage.importModels({ strategy, onConflict })

            const again = models.filter(({ model }) => hashed.some(({ name }) => name === model))
            expect(again.map(({ loaded }) => loaded)).toEqual(hashed.map(() => 0))
            expect(await readKeys(stage, hashed)).toEqual(expected)

            const tables = family.models.map(({ name }) => `"${name}"`).join(', ')
            await stage.client.query(`truncate ${tables}`)
            await withCsvFolder(writeFamily(family, 'other'), async (from) => {
              await stage.importModels({ from, strategy })
            })
            expect(await readKeys(stage, hashed)).toEqual(expected)
          })
        }),
        { numRuns: RUNS, endOnFailure: true },
      ),
    RUNS * 30_000,
  )
})

/** Labels with keys, by model. */
async function readKeys(
  stage: ImportStage,
  models: Family['models'],
): Promise<readonly (readonly (readonly unknown[])[])[]> {
  const keys: (readonly (readonly unknown[])[])[] = []
  for (const { name } of models) {
    keys.push(await stage.query(`select label, id::text from "${name}" order by label`))
  }
  return keys
}
