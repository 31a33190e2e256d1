import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { realpath, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../src/manifest/manifest.js'
import { type Discovery, discoverFiles } from '../../src/source/discover-files.js'
import type { FolderOptions } from '../../src/source/folder-options.js'
import { NO_INFLATION_LIMIT } from '../../src/source/source-file.js'
import { buildManifest } from '../support/build-manifest.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withZstd } from './with-zstd.js'

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
  Log: ['Log', 'log.rejected'],
})

const OPTIONS: FolderOptions = {
  ignoreUnknown: false,
  followSymlinks: false,
  maxInflated: NO_INFLATION_LIMIT,
}

/** Names of the parts of each model. */
function partsOf({ files }: Discovery): readonly (readonly string[])[] {
  return files.map(({ parts }) => parts.map(({ name }) => name))
}

/** Codes of what is wrong, with the models it is about. */
function problemsOf({ problems }: Discovery): readonly unknown[] {
  return problems.map(({ models, error }) => [models, error.code])
}

describe('discoverFiles', () => {
  it.each([
    ['Order.csv', 'Order'],
    ['orders.csv', 'Order'],
    ['public.orders.csv', 'Order'],
    ['ORDERS.CSV', 'Order'],
    ['customer.Csv', 'Customer'],
    ['Order.tsv', 'Order'],
    ['Order.rejected.csv', 'Order'],
    ['orders.REJECTED.csv.gz', 'Order'],
    ['log.rejected.csv', 'Log'],
    ['ORDER.CSV.GZ', 'Order'],
    ['public.orders.tsv.gz', 'Order'],
  ])('finds the model of %s', (name, model) =>
    withCsvFolder({ [name]: 'id\n' }, async (folder) => {
      const { files, problems } = await discoverFiles(folder, SHOP, OPTIONS)

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
        'Order.csv.zip': '',
      },
      async (folder) => {
        const { files, warnings, problems } = await discoverFiles(folder, SHOP, OPTIONS)

        expect(files.map(({ name }) => name)).toEqual(['Customer.csv', 'orders.csv'])
        expect(warnings).toEqual([
          'Order.csv.zip is no .csv file: it is left alone.',
          'notes.txt is no .csv file: it is left alone.',
        ])
        expect(problems).toEqual([])
      },
    ))

  it('tells two models apart by case where it has to', () =>
    withCsvFolder({ 'user.csv': '', 'User.csv': '', 'USER.csv': '' }, async (folder) => {
      const manifest = manifestOf({ User: ['User'], user: ['user'] })

      const { files, problems } = await discoverFiles(folder, manifest, OPTIONS)

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

      const { files } = await discoverFiles(folder, manifest, OPTIONS)

      expect(files.map(({ model }) => model.name)).toEqual(['Order'])
    }))

  it('says which models a table name could mean', () =>
    withCsvFolder({ 'user.csv': '' }, async (folder) => {
      const manifest = manifestOf({ A: ['A', 'user', 'a.user'], B: ['B', 'user', 'b.user'] })

      const { files, problems } = await discoverFiles(folder, manifest, OPTIONS)

      expect(files).toEqual([])
      expect(problems[0]?.error.message).toBe(
        'user.csv matches several models. It could be A or B. Rename the file to the name of the model, such as A.csv.',
      )
    }))

  it('says that a file matches no model', () =>
    withCsvFolder({ 'Ordr.csv': '' }, async (folder) => {
      const { problems } = await discoverFiles(folder, SHOP, OPTIONS)

      expect(problems.map(({ models }) => models)).toEqual([[]])
      expect(problems[0]?.error.message).toBe(
        'Ordr.csv matches no model. No model and no table of the manifest is called "Ordr". Did you mean "Order"? Rename the file, move it out of the folder or leave it alone with --ignore-unknown; after a change of the schema run npx prisma generate.',
      )
    }))

  it('says that two files belong to one model', () =>
    withCsvFolder({ 'Order.csv': '', 'orders.csv': '' }, async (folder) => {
      const { files, problems } = await discoverFiles(folder, SHOP, OPTIONS)

      expect(files.map(({ name }) => name)).toEqual(['Order.csv'])
      expect(problems[0]?.error.message).toBe(
        'Two files belong to Order. Order.csv and orders.csv both match it. Keep one of them, or number them as parts: Order.001.csv, Order.002.csv.',
      )
    }))

  it('says that the folder is not there or holds no CSV file', () =>
    withCsvFolder({ 'notes.txt': '' }, async (folder) => {
      const missing = discoverFiles(path.join(folder, 'nowhere'), SHOP, OPTIONS)
      const empty = discoverFiles(folder, SHOP, OPTIONS)

      await expect(missing).rejects.toMatchObject({ code: 'SOURCE.FOLDER_NOT_FOUND' })
      await expect(empty).rejects.toMatchObject({ code: 'SOURCE.EMPTY_FOLDER' })
    }))

  it('tells of all at once what belongs to no model, unless it is to be left alone', () =>
    withCsvFolder({ 'Order.csv': '', 'a.csv': '', 'Ordr.001.csv': '' }, async (folder) => {
      const strict = await discoverFiles(folder, SHOP, OPTIONS)
      const lenient = await discoverFiles(folder, SHOP, { ...OPTIONS, ignoreUnknown: true })

      expect(strict.problems.map(({ error }) => error.code)).toEqual([
        'SOURCE.UNKNOWN_MODEL',
        'SOURCE.UNKNOWN_MODEL',
      ])
      expect(strict.problems[0]?.error.details.meta).toEqual({ file: 'Ordr.001.csv', stem: 'Ordr' })
      expect(lenient.problems).toEqual([])
      expect(lenient.warnings).toEqual([
        'Ordr.001.csv matches no model: it is left alone.',
        'a.csv matches no model: it is left alone.',
      ])
    }))

  it('refuses the files of views and ignored models, and leaves skipped ones alone', () =>
    withCsvFolder({ 'stats.csv': '', 'Old.csv': '', 'Skipped.1.csv': '' }, async (folder) => {
      const excluded = [
        { name: 'Stats', reason: 'view', files: ['Stats', 'stats'] },
        { name: 'Old', reason: 'ignored', files: ['Old'] },
        { name: 'Skipped', reason: 'skipped', files: ['Skipped'] },
      ] as const
      const manifest = buildManifest({
        ...SHOP,
        excluded: excluded.map((model) => ({ ...model, schema: null, table: model.name })),
      })

      const { problems, warnings } = await discoverFiles(folder, manifest, {
        ...OPTIONS,
        ignoreUnknown: true,
      })

      expect(problems.map(({ error }) => error.message)).toEqual([
        'Old.csv belongs to Old, which is not imported. Old has @@ignore in the schema. Move the file out of the folder.',
        'stats.csv belongs to Stats, which is not imported. Stats is a view: it holds no rows of its own. Move the file out of the folder.',
      ])
      expect(problems[0]?.error.code).toBe('SOURCE.EXCLUDED_MODEL')
      expect(warnings).toEqual([
        'Skipped.1.csv belongs to Skipped, which @gyro.skip leaves out: it is left alone.',
      ])
    }))
})

describe('discoverFiles with several files of one model', () => {
  it('puts the parts in the order of their numbers', () =>
    withCsvFolder(
      {
        'Order.10.csv': '1',
        ...numbered('Order', 1, 9),
        'customers.000.tsv': '',
        'customers.1.csv.gz': '',
      },
      async (folder) => {
        const discovery = await discoverFiles(folder, SHOP, OPTIONS)

        expect(discovery.problems).toEqual([])
        expect(partsOf(discovery)).toEqual([
          Array.from({ length: 10 }, (_, index) => `Order.${index + 1}.csv`),
          ['customers.000.tsv', 'customers.1.csv.gz'],
        ])
        expect(discovery.files[0]).toMatchObject({
          name: 'Order.1.csv',
          path: path.join(folder, 'Order.1.csv'),
          bytes: 1,
        })
      },
    ))

  it('takes a number that is part of the name for what it is', () =>
    withCsvFolder({ 'orders.2024.csv': '' }, async (folder) => {
      const manifest = manifestOf({ Order: ['Order', 'orders.2024'] })

      const { files, problems } = await discoverFiles(folder, manifest, OPTIONS)

      expect([files.length, problems]).toEqual([1, []])
    }))

  it.each<[string, readonly string[], string]>([
    ['a gap', ['Order.1.csv', 'Order.3.csv'], 'SOURCE.MISSING_PART'],
    ['no first part', ['Order.2.csv', 'Order.3.csv'], 'SOURCE.MISSING_PART'],
    ['a date', ['Order.20240101.csv'], 'SOURCE.MISSING_PART'],
    ['a number beyond 2^53', ['Order.0.csv', 'Order.9007199254740993.csv'], 'SOURCE.MISSING_PART'],
    ['a number twice', ['Order.1.csv', 'Order.01.csv'], 'SOURCE.DUPLICATE_FILE'],
    ['a part twice', ['Order.1.csv', 'Order.1.csv.gz'], 'SOURCE.DUPLICATE_FILE'],
    ['a file beside parts', ['Order.csv', 'Order.1.csv'], 'SOURCE.DUPLICATE_FILE'],
    ['parts of two names', ['Order.1.csv', 'orders.2.csv'], 'SOURCE.DUPLICATE_FILE'],
    ['a file twice', ['Order.csv', 'Order.csv.gz'], 'SOURCE.DUPLICATE_FILE'],
  ])('refuses %s', (_, names, code) =>
    withCsvFolder(Object.fromEntries(names.map((name) => [name, ''])), async (folder) => {
      const discovery = await discoverFiles(folder, SHOP, OPTIONS)

      expect(problemsOf(discovery)).toEqual([[['Order'], code]])
    }),
  )

  it('says which part is missing', () =>
    withCsvFolder({ 'Order.1.csv': '', 'Order.003.csv': '' }, async (folder) => {
      const { problems } = await discoverFiles(folder, SHOP, OPTIONS)

      expect(problems[0]?.error.message).toBe(
        'A part of Order is missing. The numbers of its files run from 0 or 1 without a gap, but Order.003.csv stands where number 2 should. Add part 2, or number the files again if no rows are missing.',
      )
    }))
})

describe('discoverFiles with what is no regular file', () => {
  it('refuses links, pipes and sockets, and says what they are', () =>
    withCsvFolder({ 'real.txt': 'id\n' }, async (folder) => {
      await symlink('real.txt', path.join(folder, 'Order.csv'))
      execFileSync('mkfifo', [path.join(folder, 'Customer.csv')])

      const discovery = await discoverFiles(folder, SHOP, OPTIONS)

      expect(discovery.files).toEqual([])
      expect(discovery.problems.map(({ error }) => error.message)).toEqual([
        `${path.join(folder, 'Customer.csv')} is no regular file. It is a pipe. Put a regular file there, or send the rows of one model through standard input.`,
        `${path.join(folder, 'Order.csv')} is no regular file. It is a link. Follow links inside the folder with --follow-symlinks, or put the file itself there.`,
      ])
    }))

  it('refuses a socket', () =>
    withCsvFolder({}, async (folder) => {
      const server = createServer().listen(path.join(folder, 'Order.csv'))
      await once(server, 'listening')

      const discovery = await discoverFiles(folder, SHOP, OPTIONS)

      server.close()
      expect(discovery.problems[0]?.error.details.why).toBe('It is a device or socket.')
    }))

  it('follows links where it may, but not out of the folder', () =>
    withCsvFolder(
      { 'in/real.txt': 'id\n', 'out.csv': '', 'in/folder/x': '', 'in/..data/E.csv': '' },
      async (root) => {
        const folder = path.join(root, 'in')
        const manifest = manifestOf({ A: ['A'], B: ['B'], C: ['C'], D: ['D'], E: ['E'] })
        await symlink('real.txt', path.join(folder, 'A.csv'))
        await symlink('../out.csv', path.join(folder, 'B.csv'))
        await symlink('gone.csv', path.join(folder, 'C.csv'))
        await symlink('folder', path.join(folder, 'D.csv'))
        await symlink('..data/E.csv', path.join(folder, 'E.csv'))

        const discovery = await discoverFiles(folder, manifest, {
          ...OPTIONS,
          followSymlinks: true,
        })

        expect(partsOf(discovery)).toEqual([['A.csv'], ['E.csv']])
        expect(discovery.files[0]?.parts).toEqual([
          expect.objectContaining({
            name: 'A.csv',
            path: path.join(folder, 'A.csv'),
            opened: await realpath(path.join(folder, 'real.txt')),
            bytes: 3,
          }),
        ])
        expect(problemsOf(discovery)).toEqual([
          [['B'], 'SOURCE.LINK_OUTSIDE'],
          [['C'], 'SOURCE.UNREADABLE_FILE'],
          [['D'], 'SOURCE.NOT_A_FILE'],
        ])
        expect(discovery.problems[2]?.error.details.why).toBe('It is a folder.')
      },
    ))
})

describe('discoverFiles with zstd', () => {
  it('refuses it where Node cannot read it', () =>
    withCsvFolder({ 'Order.csv.zst': '' }, (folder) =>
      withZstd(undefined, async () => {
        const { problems } = await discoverFiles(folder, SHOP, OPTIONS)

        expect(problems[0]?.error.code).toBe('SOURCE.NO_ZSTD')
        expect(problems[0]?.error.message).toContain(`Node ${process.version} has no zstd;`)
      }),
    ))

  it('takes it where Node can', () =>
    withCsvFolder({ 'Order.csv.zst': '' }, (folder) =>
      withZstd(createGunzip, async () => {
        const { files } = await discoverFiles(folder, SHOP, OPTIONS)

        expect(files[0]?.parts[0]?.compression).toBe('zstd')
      }),
    ))
})

function numbered(stem: string, from: number, to: number): Record<string, string> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return Object.fromEntries(numbers.map((number) => [`${stem}.${number}.csv`, '']))
}
