import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { main } from '../../src/cli/main.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { type RecordedIo, type RecordedIoOptions, recordIo } from './recorded-io.js'

const SCHEMA = `
model Shop {
  id      Int      @id @default(autoincrement())
  name    String   @unique
  note    String?
  profile Profile?
}

model Profile {
  shopId Int  @id
  shop   Shop @relation(fields: [shopId], references: [id])
}

model Token {
  id   String @id
  name String
}
`

const FILES = {
  'Shop.csv': 'id,name,note\n1,one,x\n2,two,\n7,seven,\n',
  'Profile.csv': 'shopId\n7\n',
  'Token.csv': 'id,name\n"a,""b""",x\n"",y\n',
}

interface CommandStage extends ImportStage {
  /** The folder that the program runs in. */
  readonly cwd: string
  readonly io: RecordedIo
  run(...args: string[]): Promise<number>
}

function withCommands(
  use: (stage: CommandStage) => Promise<void>,
  io: RecordedIoOptions = {},
): Promise<void> {
  const rows = `insert into "Shop" (name) values ('one'); select setval('"Shop_id_seq"', 40)`
  return withImportStage({ schema: SCHEMA, files: FILES, rows }, async (stage) => {
    const manifest = { 'manifest.json': JSON.stringify(stage.manifest) }
    await withCsvFolder(manifest, (cwd) => {
      const recorded = recordIo({ cwd, ...io })
      const target = ['--url', stage.url, '--manifest', 'manifest.json']
      // In front of the arguments, behind which `--` may stand.
      const run = (name: string, ...args: string[]) => {
        const words = name.split(' ')
        return main([...words, ...target, ...args], recorded)
      }
      return use({ ...stage, cwd, io: recorded, run })
    })
  })
}

const IMPORT = {
  batchName: 'crm',
  onConflict: { Shop: { action: 'update', on: ['name'] } },
  strategy: { Shop: 'match' },
} as const

/** What differs from run to run, as its shape. */
function plain(text: string): string {
  return text
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
    .replaceAll(/^[\da-f]{8}(?= )/gm, 'SHORT_ID')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, (time) => 'T'.repeat(time.length))
    .replaceAll(/ +\d[\d.]* m?s\b/g, ' TIME')
    .replaceAll(/ +Time$/gm, ' Time')
    .replaceAll(/from: "[^"]+"/g, 'from: FOLDER')
}

describe('history', () => {
  it('says that there is none', () =>
    withCommands(async ({ io, run, importModels, query }) => {
      expect(await run('history')).toBe(0)
      expect(await run('history', '--json')).toBe(0)

      expect(io.stdout.text()).toBe(
        'The database has no history: nothing was imported into it with one. The first import creates it.\n[]\n',
      )
      expect(await query(`select to_regnamespace('prisma_gyro')`)).toEqual([[null]])
      await importModels(IMPORT)
      await query('delete from prisma_gyro.batch')
      expect(await run('history')).toBe(0)
      expect(io.stdout.text()).toMatch(/The history holds no import yet\.\n$/)
    }))

  it('lists imports', () =>
    withCommands(async ({ io, run, importModels, query }) => {
      await importModels(IMPORT)
      await query(`
insert into prisma_gyro.batch
  (id, name, status, commit_mode, created_at, tool_version, manifest_fingerprint, options)
values
  ('abababab-0000-4000-8000-000000000000', 'nightly', 'IN_PROGRESS', 'chunk',
    now() + interval '1 hour', '0.1.0', 'f', '{}'),
  ('abababac-0000-4000-8000-000000000000', 'nightly', 'ROLLED_BACK', 'chunk',
    now() + interval '2 hours', '0.1.0', 'f', '{}')`)

      expect(await run('history')).toBe(0)
      expect(await run('history', '--limit', '2', '--quiet', '--json')).toBe(0)
      expect(await run('history', '--limit', '1')).toBe(0)

      const [list, json] = io.stdout.text().split(/^(?=\[)/m)
      expect(plain(list ?? '')).toBe(`\
Batch     Name     Status       When (UTC)        Who       Rows Time
SHORT_ID  nightly  rolled back  TTTTTTTTTTTTTTTT  postgres     0      –
SHORT_ID  nightly  crashed      TTTTTTTTTTTTTTTT  postgres     0      –
SHORT_ID  crm      completed    TTTTTTTTTTTTTTTT  postgres     6 TIME
`)
      expect(JSON.parse(json?.split(/^Batch/m)[0] ?? '')).toMatchObject([
        { name: 'nightly', status: 'ROLLED_BACK', runner: null },
        { name: 'nightly', status: 'IN_PROGRESS', runner: 'gone' },
      ])
      expect(io.stderr.text()).toBe(`
More about one with: prisma-gyro history <batch>

More about one with: prisma-gyro history <batch>
Older ones with: --limit 5
`)
    }))

  it('shows all about an import, in 80 columns', () =>
    withCommands(
      async ({ io, run, importModels }) => {
        await importModels(IMPORT)

        expect(await run('history', 'last')).toBe(0)

        const text = io.stdout.text()
        expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
        expect(plain(text)).toBe(`\
crm (ID)
completed, 6 rows in TIME; TTTTTTTTTTTTTTTT UTC by postgres; prisma-gyro 0.1.0,
  one transaction

Model    Rows  Updated  New keys  Strategy    Technique Time
Shop        2        1  41 – 42   match       staged TIME
Token       2        0  –         sequential  checked TIME
Profile     1        0  –         sequential  checked TIME

File         Model    Rows  Size  SHA-256
Shop.csv     Shop        3  37 B  9d89bc0a677c
Token.csv    Token       2  25 B  9ff0e9ced9c9
Profile.csv  Profile     1   9 B  b37eeb731144

Options
  from: FOLDER
  strategy: {"Shop":"match"}
  batchName: "crm"
  onConflict: {"Shop":{"on":["name"],"action":"update"}}

Events (UTC)
  TTTTTTTTTTTTTTTTTTT  pending
  TTTTTTTTTTTTTTTTTTT  in_progress
  TTTTTTTTTTTTTTTTTTT  completed
`)
      },
      { columns: 80, env: { NO_COLOR: '1' } },
    ))

  it('shows an import that crashed, failed or was pruned', () =>
    withCommands(async ({ io, run, importModels, query }) => {
      const { batch } = await importModels(IMPORT)
      await query(`update prisma_gyro.batch set status = 'IN_PROGRESS', finished_at = null`)
      expect(await run('history', batch.id)).toBe(0)
      await query(`update prisma_gyro.batch set status = 'FAILED', error_code = 'LOAD.REFUSED'`)
      await query(
        `insert into prisma_gyro.event (batch_id, kind, detail) values ('${batch.id}', 'pruned', '{"keys": 1}')`,
      )
      await query('delete from prisma_gyro.model; delete from prisma_gyro.file')
      expect(await run('history', batch.id.slice(0, 7))).toBe(0)

      const text = plain(io.stdout.text())
      expect(text).toContain('crashed, 6 rows; TTTTTTTTTTTTTTTT UTC by postgres')
      expect(text).toContain(
        `! Whoever ran it is gone. Undo it with: prisma-gyro rollback ${batch.id.slice(0, 8)}\n`,
      )
      expect(text).toContain('! It failed with LOAD.REFUSED.\n')
      expect(text).toContain(
        '! Pruned TTTTTTTTTTTTTTTT UTC: its keys cannot be looked up and it cannot be rolled back any more.\n',
      )
      expect(text).toContain('It has no models: no row of it was written.')
      expect(text).toContain('TTTTTTTTTTTTTTTTTTT  pruned {"keys":1}\n')
    }))

  it('is one document with --json', () =>
    withCommands(async ({ io, run, importModels }) => {
      const { batch } = await importModels(IMPORT)

      expect(await run('history', batch.id, '--json')).toBe(0)

      expect(JSON.parse(io.stdout.text())).toMatchObject({
        id: batch.id,
        models: [{ model: 'Shop' }, { model: 'Token' }, { model: 'Profile' }],
      })
    }))
})

describe('history --id-map', () => {
  it('writes keys to standard output', () =>
    withCommands(async ({ io, run, importModels }) => {
      await importModels(IMPORT)

      expect(await run('history', 'last', '--id-map', 'Shop')).toBe(0)

      expect(io.stdout.text()).toBe('source_key,target_key\n1,1\n2,41\n7,42\n')
      expect(io.stderr.text()).toBe('')
    }))

  it('quotes keys that need it, and writes to a file', () =>
    withCommands(async ({ io, run, importModels, cwd }) => {
      await importModels({
        ...IMPORT,
        strategy: {
          Token: { name: 'own', mapKeys: (keys) => keys.map((key) => `${key}\n`) },
        },
      })

      expect(await run('history', 'last', '--id-map', 'Token', '--out', 'keys.csv')).toBe(0)
      const args = ['last', '--id-map', 'Token', '--out', 'keys.csv', '--overwrite', '--json']
      expect(await run('history', ...args)).toBe(0)

      expect(await readFile(path.join(cwd, 'keys.csv'), 'utf8')).toBe(
        'source_key,target_key\n"","\n"\n"a,""b""","a,""b""\n"\n',
      )
      expect(await readdir(cwd)).toEqual(['keys.csv', 'manifest.json'])
      expect(io.stderr.text()).toBe('Wrote 2 keys of Token to keys.csv.\n')
      expect(JSON.parse(io.stdout.text())).toEqual({
        batch: 'last',
        model: 'Token',
        file: 'keys.csv',
        rows: 2,
      })
    }))

  it('writes over no file unasked, and leaves none behind when it fails', () =>
    withCommands(async ({ io, run, importModels, cwd }) => {
      await importModels(IMPORT)
      await writeFile(path.join(cwd, 'keys.csv'), 'mine')
      await mkdir(path.join(cwd, 'folder'))
      const write = (model: string, file: string, ...more: string[]) =>
        run('history', 'last', '--id-map', model, '--out', file, ...more)

      expect(await write('Shop', 'keys.csv')).toBe(2)
      expect(await write('Token', 'new.csv')).toBe(2)
      expect(await write('Token', 'keys.csv', '--overwrite')).toBe(2)
      expect(await write('Shop', 'nowhere/keys.csv')).toBe(2)
      expect(await write('Shop', 'folder', '--overwrite')).toBe(2)

      expect(await readFile(path.join(cwd, 'keys.csv'), 'utf8')).toBe('mine')
      expect(await readdir(cwd)).toEqual(['folder', 'keys.csv', 'manifest.json'])
      expect(io.stderr.text()).toContain(`\
✖ keys.csv is there already (CLI.FILE_EXISTS)
  It is not written over unasked.
  → Name another file, or add --overwrite.
`)
      expect(io.stderr.text()).toContain('(HISTORY.NO_KEY_MAP)')
      expect(io.stderr.text()).toContain(`\
✖ nowhere/keys.csv cannot be written (CLI.UNWRITABLE)
  The system says ENOENT.
  → Name a file in a folder that exists and that you may write to, with room on its disk.
`)
    }))

  it('leaves nothing behind when it is stopped', () =>
    withCommands(async ({ io, run, importModels, cwd }) => {
      await importModels(IMPORT)
      // As soon as it listens.
      io.signals.once('newListener', () => setImmediate(() => io.signals.emit('SIGINT')))

      expect(await run('history', 'last', '--id-map', 'Shop', '--out', 'keys.csv')).toBe(3)

      expect(io.stderr.text()).toBe('Stopping …\nNothing was written.\n')
      expect(await readdir(cwd)).toEqual(['manifest.json'])
    }))

  it.each<[readonly string[], string]>([
    [['--id-map', 'Shop'], '--id-map'],
    [['last', '--limit', '3'], '--limit'],
    [['last', '--out', 'x'], '--out'],
    [['last', '--id-map', 'Shop', '--overwrite'], '--overwrite'],
    [['last', '--id-map', 'Shop', '--json', '--quiet'], '--json'],
    [['--limit', '0'], '--limit'],
    [['--limit', 'many'], '--limit'],
  ])('takes no option that has no effect: %j', async (args, option) => {
    const io = recordIo()

    expect(await main(['history', ...args], io)).toBe(2)

    expect(io.stdout.text() + io.stderr.text()).toMatch(
      new RegExp(`${option} cannot be used like this`),
    )
  })
})

describe('lookup', () => {
  it('prints the new key of an old one, and back', () =>
    withCommands(async ({ io, run, importModels }) => {
      await importModels(IMPORT)

      expect(await run('lookup', 'last', 'Shop', '7')).toBe(0)
      expect(await run('lookup', 'last', 'Shop', '--back', '1')).toBe(0)
      expect(await run('lookup', 'last', 'Profile', '7', '--json')).toBe(0)

      const [forth, back, ...json] = io.stdout.text().split('\n')
      expect([forth, back]).toEqual(['42', '1'])
      expect(JSON.parse(json.join('\n'))).toMatchObject({
        model: 'Profile',
        owner: 'Shop',
        from: 'source',
        key: '7',
        keys: ['42'],
        how: 'mapped',
      })
      expect(io.stderr.text()).toBe('The key of Profile is one of Shop.\n')
    }))

  it('says that there is no such key, in its exit code too', () =>
    withCommands(async ({ io, run, importModels }) => {
      await importModels(IMPORT)

      expect(await run('lookup', 'last', 'Shop', '--', '-7')).toBe(4)
      expect(await run('lookup', 'last', 'Shop', '7', '--back')).toBe(4)

      expect(io.stdout.text()).toBe('')
      expect(io.stderr.text()).toBe(
        'The import had no such key of Shop.\nThe import gave no such key of Shop.\n',
      )
    }))

  it('says what else one should know', () =>
    withCommands(async ({ io, run, importModels, query }) => {
      await importModels({ ...IMPORT, pin: { Shop: 1 }, strategy: {}, onConflict: 'error' })
      await query(`update prisma_gyro.batch set status = 'ROLLED_BACK'`)
      const { id = '' } = { id: String((await query('select id from prisma_gyro.batch'))[0]?.[0]) }

      expect(await run('lookup', id, 'Shop', '7')).toBe(0)
      expect(await run('lookup', id, 'Token', 'x')).toBe(0)

      expect(io.stdout.text()).toBe('1\nx\n')
      expect(io.stderr.text()).toBe(`\
All rows of Shop became this one.
The batch is ROLLED_BACK.
Token has kept its keys, whichever there were.
The batch is ROLLED_BACK.
`)
    }))

  it('wants all of its arguments, and no more', async () => {
    const io = recordIo()

    expect(await main(['lookup', 'last', 'Shop'], io)).toBe(2)
    expect(await main(['lookup', 'last', 'Shop', '7', '8'], io)).toBe(2)

    expect(io.stderr.text()).toBe(`\
✖ <key> is missing (CLI.MISSING_ARGUMENT)
  The command does not know what to work on.
  → Write: prisma-gyro lookup <batch> <model> <key> [options]
✖ "8" is one argument too many (CLI.UNEXPECTED_ARGUMENT)
  A name with spaces has to be quoted, and an option begins with --.
  → Write: prisma-gyro lookup <batch> <model> <key> [options]
`)
  })
})

const OLD = `update prisma_gyro.batch set finished_at = now() - interval '100 days'`

describe('history prune', () => {
  it('shows what it would drop with --dry-run', () =>
    withCommands(async ({ io, run, importModels, query }) => {
      await importModels(IMPORT)
      await query(OLD)

      expect(await run('history prune', '--older-than', '90d', '--dry-run')).toBe(0)

      expect(plain(io.stdout.text())).toBe(`\
Batch     Name  Status     Ended (UTC)       Key ranges  Keys  Rows before
SHORT_ID  crm   completed  TTTTTTTTTTTTTTTT           1     1            1

1 import could not be looked up or rolled back any more.
`)
      expect(io.stderr.text()).toBe('\nNothing was dropped.\n')
      expect(await query('select count(*)::int from prisma_gyro.key_range')).toEqual([[1]])
    }))

  it.each([
    ['y\n', 0, 0],
    ['n\n', 3, 1],
  ])('asks, and follows the answer %j', (answer, code, left) =>
    withCommands(
      async ({ io, run, importModels, query }) => {
        await importModels(IMPORT)
        await query(OLD)

        expect(await run('history prune', '--older-than', '4w')).toBe(code)

        expect(io.stderr.text()).toMatch(/any more\.\n\nGo on\? \[y\/N\] /)
        const told = code === 0 ? io.stdout.text() : io.stderr.text()
        expect(told).toContain(
          code === 0
            ? '✔ Pruned 1 import: PostgreSQL uses the room again once it has vacuumed the tables.'
            : 'Nothing was dropped.',
        )
        expect(await query('select count(*)::int from prisma_gyro.key_range')).toEqual([[left]])
      },
      { stdin: [answer], isAsked: true },
    ),
  )

  it('asks nothing where there is nothing to drop', () =>
    withCommands(
      async ({ io, run, importModels }) => {
        await importModels(IMPORT)

        expect(await run('history prune', '--older-than', '12h')).toBe(0)

        expect(io.stdout.text()).toBe('There is nothing that old to drop.\n')
        expect(io.stderr.text()).toBe('')
      },
      { isAsked: true },
    ))

  it('is one document with --json', () =>
    withCommands(async ({ io, run, importModels, query }) => {
      const { batch } = await importModels(IMPORT)
      await query(OLD)

      expect(await run('history prune', '--older-than', '90d', '--yes', '--json')).toBe(0)

      expect(JSON.parse(io.stdout.text())).toMatchObject({
        dryRun: false,
        batches: [{ id: batch.id, ranges: 1, keys: 1, images: 1 }],
      })
    }))

  it('wants an age, and somebody to ask', async () => {
    const io = recordIo()

    expect(await main(['history', 'prune'], io)).toBe(2)
    expect(await main(['history', 'prune', '--older-than', '90'], io)).toBe(2)
    expect(await main(['history', 'prune', '--older-than', '90d'], io)).toBe(2)
    expect(await main(['history', 'prune', '90d'], io)).toBe(2)

    expect(io.stderr.text()).toBe(`\
✖ --older-than cannot be used like this (CLI.INVALID_OPTION)
  It is missing, and there is no value that is right for everybody.
  → Add it, such as --older-than 90d.
✖ --older-than cannot be used like this (CLI.INVALID_OPTION)
  "90" is no number of hours, days or weeks.
  → Write it such as --older-than 12h, --older-than 90d or --older-than 4w.
✖ Pruning has to be confirmed (CLI.NOT_CONFIRMED)
  What it drops does not come back, and standard input is no terminal on which you could say yes.
  → Look at what would be dropped with: prisma-gyro history prune --older-than 90d --dry-run. Then add --yes.
✖ "90d" is one argument too many (CLI.UNEXPECTED_ARGUMENT)
  A name with spaces has to be quoted, and an option begins with --.
  → Write: prisma-gyro history prune [options]
`)
  })
})

describe('help', () => {
  it.each<[readonly string[], string]>([
    [['history', '--help'], 'prisma-gyro history [batch] [options]\n\nArgument\n  <batch> '],
    [
      ['lookup', '-h'],
      'prisma-gyro lookup <batch> <model> <key> [options]\n\nArguments\n  <batch> ',
    ],
    [['history', 'prune', '-h'], 'prisma-gyro history prune [options]\n\nOptions\n  --url '],
  ])('of %j fits 80 columns', async (args, usage) => {
    const io = recordIo()

    expect(await main(args, io)).toBe(0)

    expect(io.stdout.text()).toContain(`Usage\n  ${usage}`)
    expect(
      io.stdout
        .text()
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([])
  })
})
