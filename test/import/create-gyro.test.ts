import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { createGyro } from '../../src/import/create-gyro.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

const MIGRATION = path.join('prisma', 'migrations', '0001_init', 'migration.sql')
const FROM = path.join('prisma', 'export')

describe('createGyro', () => {
  it('plans and imports the example shop, beside a copy that is there already', async () => {
    const gyro = createGyro(await manifestOf(path.join('prisma', 'schema.prisma')))
    const sql = await readFile(MIGRATION, 'utf8')

    await withTestDatabase(sql, async (client, { url }) => {
      const first = await gyro.importModels({ from: FROM, url })
      const plan = await gyro.planImport({ from: FROM, url })
      const second = await gyro.importModels({ from: FROM, url })

      expect(plan.problems).toEqual([])
      expect(plan.models.map(({ model }) => model)).toEqual(first.models.map(({ model }) => model))
      expect(second.models.map(({ loaded }) => loaded)).toEqual(
        first.models.map(({ loaded }) => loaded),
      )
      const parents = await client.query(`\
select child.name
from categories child join categories parent on parent.id = child.parent_id
where child.name = 'Espresso' and parent.name = 'Röstungen'`)
      expect(parents.rowCount).toBe(2)
    })
  })

  it('refuses a module that another version has generated', () => {
    expect(() => createGyro({ version: 2 })).toThrow(
      expect.objectContaining({ code: 'MANIFEST.VERSION' }),
    )
  })
})
