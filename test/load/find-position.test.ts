import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { expectPosition, findPosition } from '../../src/load/find-position.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildFiles, DIALECT } from '../support/source-file.js'

const FILES = { 'a.csv': 'id,note\n1,"x\ny"\n2,z\n', 'b.csv': 'id,note\n3,\n' }

describe('the position of a row', () => {
  it.each([
    [1, { line: 2, column: 3 }],
    [2, { line: 4, column: 3 }],
    [3, { line: 2, column: 3 }],
  ])('is found through all files: %d', (row, place) =>
    withFiles(async (model) => {
      const position = await findPosition(row, 1, model)

      expect(position).toMatchObject(place)
      expect(await expectPosition(row, 1, model)).toEqual(position)
    }),
  )

  it('is none where there are fewer rows, as in a file that changed', () =>
    withFiles(async (model) => {
      expect(await findPosition(4, 0, model)).toBeNull()
      await expect(expectPosition(4, 0, model)).rejects.toMatchObject({ code: 'KEYS.FILE_CHANGED' })
    }))
})

function withFiles(
  use: (model: Parameters<typeof findPosition>[2]) => Promise<void>,
): Promise<void> {
  return withCsvFolder(FILES, (folder) => {
    const [first, second] = Object.keys(FILES).map((name) => path.join(folder, name))
    return use({ source: buildFiles('Note', `${first}`, `${second}`), dialect: DIALECT })
  })
}
