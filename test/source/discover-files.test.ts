import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../src/manifest/manifest.js'
import { discoverFiles } from '../../src/source/discover-files.js'
import { buildManifest } from '../support/build-manifest.js'
import { withCsvFolder } from '../support/csv-folder.js'

/** What `discoverFiles` looks at: names. */
function manifestOf(models: Readonly<Record<string, readonly string[]>>): Manifest {
  return buildManifest({
    models: Object.entries(models).map(([name, files]) => ({
      name,
      kind: 'model',
      schema: null,
      table: name,
      columns: [],
      primaryKey: null,
      uniques: [],
      businessKey: null,
      strategy: null,
      references: [],
      files,
    })),
  })
}

const SHOP = manifestOf({
  Order: ['Order', 'orders', 'public.orders'],
  Customer: ['Customer', 'customers'],
})

describe('discoverFiles', () => {
  it.each([
    ['Order.csv', 'Order'],
    ['orders.csv', 'Order'],
    ['public.orders.csv', 'Order'],
    ['ORDERS.CSV', 'Order'],
    ['customer.Csv', 'Customer'],
  ])('finds the model of %s', (name, model) =>
    withCsvFolder({ [name]: 'id\n' }, async (folder) => {
      const { files, problems } = await discoverFiles(folder, SHOP)

      expect(problems).toEqual([])
      expect(files).toEqual([
        expect.objectContaining({ name, path: path.join(folder, name), bytes: 3 }),
      ])
      expect(files[0]?.model.name).toBe(model)
    }),
  )

  it('gives the files in byte order, leaves folders and hidden files alone and tells of others', () =>
    withCsvFolder(
      {
        'orders.csv': '',
        'Customer.csv': '',
        '.Order.csv': '',
        'Order.csv/inside.csv': '',
        'notes.txt': '',
        'Order.csv.gz': '',
      },
      async (folder) => {
        const { files, others, problems } = await discoverFiles(folder, SHOP)

        expect(files.map(({ name }) => name)).toEqual(['Customer.csv', 'orders.csv'])
        expect(others).toEqual(['Order.csv.gz', 'notes.txt'])
        expect(problems).toEqual([])
      },
    ))

  it('tells two models apart by case where it has to', () =>
    withCsvFolder({ 'user.csv': '', 'User.csv': '', 'USER.csv': '' }, async (folder) => {
      const manifest = manifestOf({ User: ['User'], user: ['user'] })

      const { files, problems } = await discoverFiles(folder, manifest)

      expect(files.map(({ name, model }) => [name, model.name])).toEqual([
        ['User.csv', 'User'],
        ['user.csv', 'user'],
      ])
      expect(problems.map(({ models, error }) => [models, error.code])).toEqual([
        [['User', 'user'], 'SOURCE.AMBIGUOUS_FILE'],
      ])
    }))

  it('takes the name of a model before that of the table of another', () =>
    withCsvFolder({ 'Order.csv': '' }, async (folder) => {
      const manifest = manifestOf({ Archive: ['Archive', 'Order'], Order: ['Order', 'orders'] })

      const { files } = await discoverFiles(folder, manifest)

      expect(files.map(({ model }) => model.name)).toEqual(['Order'])
    }))

  it('says which models a table name could mean', () =>
    withCsvFolder({ 'user.csv': '' }, async (folder) => {
      const manifest = manifestOf({ A: ['A', 'user', 'a.user'], B: ['B', 'user', 'b.user'] })

      const { files, problems } = await discoverFiles(folder, manifest)

      expect(files).toEqual([])
      expect(problems[0]?.error.message).toBe(
        'user.csv matches several models. It could be A or B. Rename the file to the name of the model, such as A.csv.',
      )
    }))

  it('says that a file matches no model', () =>
    withCsvFolder({ 'Ordr.csv': '' }, async (folder) => {
      const { problems } = await discoverFiles(folder, SHOP)

      expect(problems.map(({ models }) => models)).toEqual([[]])
      expect(problems[0]?.error.message).toBe(
        'Ordr.csv matches no model. No model and no table of the manifest is called "Ordr". Did you mean "Order"? Rename the file or move it out of the folder; after a change of the schema run npx prisma generate.',
      )
    }))

  it('says that two files belong to one model', () =>
    withCsvFolder({ 'Order.csv': '', 'orders.csv': '' }, async (folder) => {
      const { files, problems } = await discoverFiles(folder, SHOP)

      expect(files.map(({ name }) => name)).toEqual(['Order.csv'])
      expect(problems[0]?.error.message).toBe(
        'Two files belong to Order. Order.csv and orders.csv both match it. Keep one of them, or put the rows of both into one file.',
      )
    }))

  it('says that the folder is not there or holds no CSV file', () =>
    withCsvFolder({ 'notes.txt': '' }, async (folder) => {
      const missing = discoverFiles(path.join(folder, 'nowhere'), SHOP)
      const empty = discoverFiles(folder, SHOP)

      await expect(missing).rejects.toMatchObject({ code: 'SOURCE.FOLDER_NOT_FOUND' })
      await expect(empty).rejects.toMatchObject({ code: 'SOURCE.EMPTY_FOLDER' })
    }))

  it('takes neither pipes nor links that lead nowhere', () =>
    withCsvFolder({ 'real.txt': 'id\n' }, async (folder) => {
      await symlink('real.txt', path.join(folder, 'Order.csv'))
      await symlink('gone.txt', path.join(folder, 'Customer.csv'))
      execFileSync('mkfifo', [path.join(folder, 'customers.csv')])

      const { files, problems } = await discoverFiles(folder, SHOP)

      expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([['Order.csv', 3]])
      expect(problems.map(({ models, error }) => [models, error.code, error.details.why])).toEqual([
        [['Customer'], 'SOURCE.UNREADABLE_FILE', expect.stringMatching(/ENOENT/)],
        [['Customer'], 'SOURCE.UNREADABLE_FILE', expect.stringMatching(/it is no regular file/)],
      ])
    }))
})
