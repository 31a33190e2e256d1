import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readHooks } from '../../src/cli/read-hooks.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withImportStage } from '../support/import-stage.js'

describe('readHooks', () => {
  it('has none without a file', async () => {
    expect(await readHooks({ file: undefined, cwd: '/' })).toEqual({})
  })

  it.each([
    [
      'a.mjs',
      'export const transform = {}, validate = {}, validateEmail = 1',
      ['transform', 'validate'],
    ],
    ['a.mjs', 'export default { transform: {} }', ['transform']],
    ['a.cjs', 'module.exports = { validate: {} }', ['validate']],
    ['a.cjs', 'exports.transform = {}; exports.help = 1', ['transform']],
  ])('takes what %s exports: %s', (name, text, names) =>
    withCsvFolder({ [name]: text }, async (cwd) => {
      const hooks = await readHooks({ file: name, cwd })

      expect(Object.keys(hooks)).toEqual(names)
    }),
  )

  it.each([
    ['b.mjs', '', 'There is no file b.mjs.'],
    ['a.mjs', 'export const transfrom = {}', 'Rename the export: transform'],
    ['a.mjs', 'export const Validate = {}, transform = {}', 'Rename the export: validate'],
    ['a.mjs', 'export const help = 1', 'a.mjs exports neither transform nor validate.'],
    ['a.mjs', 'export default 5', 'a.mjs exports neither transform nor validate.'],
    ['a.mjs', 'throw new Error("oh")', 'a.mjs cannot be loaded: oh'],
    ['a.mjs', 'throw "oh"', 'a.mjs cannot be loaded: oh'],
  ])('refuses %s with: %s', (file, text, message) =>
    withCsvFolder({ 'a.mjs': text }, async (cwd) => {
      const reading = readHooks({ file, cwd })

      await expect(reading).rejects.toMatchObject({
        code: 'CLI.INVALID_OPTION',
        message: expect.stringContaining(message),
        details: { meta: { option: 'transform' } },
      })
    }),
  )
})

describe('the example of masked e-mails', () => {
  it('masks every e-mail of the example shop, the same one alike', async () => {
    const schema = path.join('prisma', 'schema.prisma')
    const sql = await readFile(
      path.join('prisma', 'migrations', '0001_init', 'migration.sql'),
      'utf8',
    )
    const file = path.join('examples', 'mask-emails', 'hooks.mjs')
    const from = path.join('prisma', 'export')

    await withImportStage({ schema, sql }, async (stage) => {
      const hooks = await readHooks({ file, cwd: process.cwd() })
      await stage.importModels({ from })
      const before = await stage.query('select email from customers order by id')
      await stage.importModels({ from, ...hooks })

      const after = await stage.query(
        `select email, phone from customers order by id offset ${before.length}`,
      )
      const masks = new Map(
        before.map(([email], row) => [String(email).toLowerCase(), after[row]?.[0]]),
      )
      expect(after).toHaveLength(before.length)
      expect(after.every(([email]) => /^[0-9a-f]{16}@example\.com$/.test(String(email)))).toBe(true)
      expect(after.every(([, phone]) => phone === null)).toBe(true)
      expect(before.map(([email]) => masks.get(String(email).toLowerCase()))).toEqual(
        after.map(([email]) => email),
      )
      expect(new Set(masks.values()).size).toBe(masks.size)
    })
  })

  it('rejects an address that is none', async () => {
    const schema = 'model Customer {\n  id Int @id\n  email String\n  phone String?\n}'
    const files = { 'Customer.csv': 'id,email,phone\n1,nobody,5\n' }
    const file = path.join('examples', 'mask-emails', 'hooks.mjs')

    await withImportStage({ schema, files }, async (stage) => {
      const hooks = await readHooks({ file, cwd: process.cwd() })

      const importing = stage.importModels(hooks)

      await expect(importing).rejects.toMatchObject({
        code: 'HOOKS.REJECTED',
        message: expect.stringContaining('"email": The address has no @.'),
      })
    })
  })
})
