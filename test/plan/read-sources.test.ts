import path from 'node:path'
import { expect, it } from '@jest/globals'
import { type ReadOptions, readSources } from '../../src/plan/read-sources.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildFiles } from '../support/source-file.js'
import { buildModel } from './plan-builders.js'

const OPTIONS: ReadOptions = {
  csv: {},
  columns: { map: new Map(), ignored: [], headers: new Map() },
  strategyOf: () => 'sequential',
  checksRows: false,
  schema: 'public',
}

it('tells of many files in their order, however long each takes', () => {
  const names = Array.from({ length: 20 }, (_, index) => `Model${index}`)
  const isEmpty = (name: string) => name.endsWith('3') || name.endsWith('7')
  // The longest first.
  const contents = names.map((name, index) => [
    `${name}.csv`,
    isEmpty(name) ? '' : `id\n${'1\n'.repeat(50_000 - 2_500 * index)}`,
  ])
  return withCsvFolder(Object.fromEntries(contents), async (folder) => {
    const files = names.map((name) =>
      buildFiles(buildModel(name, { fields: ['id'] }), path.join(folder, `${name}.csv`)),
    )

    const { sources, problems } = await readSources(files, OPTIONS)

    expect(sources.map(({ model }) => model.name)).toEqual(names.filter((name) => !isEmpty(name)))
    expect(problems.map(({ details }) => details.meta?.['file'])).toEqual(
      names.filter(isEmpty).map((name) => path.join(folder, `${name}.csv`)),
    )
  })
})
