import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { main } from '../../src/cli/main.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { type RecordedIo, type RecordedIoOptions, recordIo } from './recorded-io.js'

const SCHEMA = `
model Shop {
  id   Int    @id
  name String
}

model Token {
  id     Int  @id
  shopId Int
}
`

interface CommandStage extends ImportStage {
  /** The folder that the program runs in. */
  readonly cwd: string
  /** Runs the command with a world of its own. */
  run(args: readonly string[], world?: Partial<RecordedIo>): Promise<Outcome>
}

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

function withCommand(
  use: (stage: CommandStage) => Promise<void>,
  options: RecordedIoOptions = {},
): Promise<void> {
  const rows = `insert into "Shop" values (1, 'one'), (2, 'two'); insert into "Token" values (7, 1); analyze`
  return withImportStage({ schema: SCHEMA, rows }, async (stage) => {
    const manifest = { 'manifest.json': JSON.stringify(stage.manifest) }
    await withCsvFolder(manifest, (cwd) => {
      const target = ['--url', stage.url, '--manifest', 'manifest.json']
      const run = async (args: readonly string[], world: Partial<RecordedIo> = {}) => {
        const io = { ...recordIo({ cwd, ...options }), ...world }
        const code = await main(['export', ...target, ...args], io)
        return { code, out: io.stdout.text(), err: io.stderr.text() }
      }
      return use({ ...stage, cwd, run })
    })
  })
}

describe('export', () => {
  it('writes, tells what, and says what to do next', () =>
    withCommand(async ({ run, cwd }) => {
      const planned = await run(['out', '--dry-run'])
      expect(planned).toEqual({
        code: 0,
        out: expect.stringMatching(
          /^Export of postgresql:.*\n\nModel {5}Rows {2}File\nShop {3}about 2 {2}Shop\.csv\nToken {2}about 1 {2}Token\.csv\n$/,
        ),
        err: '\nNothing was written.\n',
      })

      const done = await run(['out'])
      expect(done.code).toBe(0)
      expect(done.out).toMatch(
        /^Model {2}Rows {2}Size {2}File\nShop {6}2 {2}20 B {2}Shop\.csv\nToken {5}1 {2}14 B {2}Token\.csv\n\n✔ 3 rows in out, as they were at \S+Z\.\n34 B, .+\.\n$/,
      )
      expect(done.err).toMatch(
        /^(Shop: 2 rows in .+\n|Token: 1 row in .+\n){2}\nLoad it with: npx prisma-gyro import out\n$/,
      )
      expect(await readFile(path.join(cwd, 'out', 'Shop.csv'), 'utf8')).toBe(
        'id,name\n1,one\n2,two\n',
      )

      const json = await run(['out', '--json', '--quiet', '--overwrite', '--gzip', '--jobs', '1'])
      expect([json.code, json.err]).toEqual([0, ''])
      expect(JSON.parse(json.out)).toMatchObject({
        folder: 'out',
        models: [
          { model: 'Shop', table: 'public.Shop', file: 'Shop.csv.gz', rows: 2, dependsOn: [] },
          { model: 'Token', table: 'public.Token', file: 'Token.csv.gz', rows: 1 },
        ],
        warnings: [],
      })
      const none = await run(['none', '--where', 'Shop: false'])
      expect(none.err).toBe('\nNo row is what was asked for: there is nothing to load.\n')
      const plan = await run(['--dry-run', '--json', '--quiet'])
      expect(JSON.parse(plan.out)).toMatchObject({
        folder: null,
        models: [{ model: 'Shop', rows: 2, isCounted: false, path: [], pruned: [] }, {}],
      })
    }))

  it('writes the rows of a model to standard output, and nothing else', () =>
    withCommand(async ({ run }) => {
      const bytes: Buffer[] = []
      const stdout = Object.assign(
        new Writable({
          write(chunk: Buffer, _, done) {
            bytes.push(Buffer.from(chunk))
            done()
          },
        }),
        { text: () => Buffer.concat(bytes).toString() },
      )
      expect(await run(['--stdout', 'Shop'], { stdout })).toEqual({
        code: 0,
        out: 'id,name\n1,one\n2,two\n',
        err: expect.stringMatching(/^Shop: 2 rows in .+\n$/),
      })

      // Whoever reads may go away.
      const closed = Object.assign(
        new Writable({
          write: (_, __, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
        }),
        { text: () => '' },
      )
      expect(await run(['--stdout', 'Shop', '--quiet'], { stdout: closed })).toEqual({
        code: 0,
        out: '',
        err: '',
      })
      const full = Object.assign(
        new Writable({
          write: (_, __, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
        }),
        { text: () => '' },
      )
      expect(await run(['--stdout', 'Shop', '--quiet'], { stdout: full })).toMatchObject({
        code: 2,
        err: expect.stringMatching(/Standard output cannot be written .*\n.*ENOSPC/),
      })
      expect(await run(['--stdout', 'Shpo'])).toMatchObject({
        code: 2,
        err: expect.stringContaining('Did you mean "Shop"?'),
      })
    }))

  it.each([
    [[], 'CLI.MISSING_ARGUMENT'],
    [['out', '--stdout', 'Shop'], 'CLI.INVALID_OPTION'],
    [['--stdout', 'Shop', '--json'], 'CLI.INVALID_OPTION'],
    [['--stdout', 'Shop', '--dry-run'], 'CLI.INVALID_OPTION'],
    [['--stdout', 'Shop', '--gzip'], 'CLI.INVALID_OPTION'],
    [['out', '--where', 'id = 7'], 'CLI.INVALID_OPTION'],
    [['out', '--root', 'Shop'], 'CLI.INVALID_OPTION'],
    [['out', '--root', 'Shop='], 'CLI.INVALID_OPTION'],
    [['out', '--limit', 'Shop=x'], 'CLI.INVALID_OPTION'],
    [['out', '--depth', '-1'], 'CLI.INVALID_OPTION'],
    [['out', '--prune', 'all'], 'CLI.INVALID_OPTION'],
    [['out', '--mask', 'Shop=hash'], 'CLI.INVALID_OPTION'],
    [['out', '--jobs', '0'], 'CLI.INVALID_OPTION'],
  ])('refuses %j', async (args, code) => {
    const io = recordIo()
    expect(await main(['export', ...args], io)).toBe(2)
    expect(`${io.stdout.text()}${io.stderr.text()}`).toContain(code)
  })

  it('removes what it wrote when it is stopped', () =>
    withCommand(async ({ run, client, cwd }) => {
      await client.query('begin; lock table "Shop"')
      const io = recordIo({ cwd })
      const running = run(['out'], io)
      const until = async (): Promise<void> => {
        const { rowCount } = await client.query(
          `select from pg_locks where not granted and relation = '"Shop"'::regclass`,
        )
        if (rowCount === 0) return until()
      }
      await until()
      io.signals.emit('SIGINT')

      expect(await running).toMatchObject({
        code: 3,
        err: expect.stringMatching(/Stopping …\n✖ The export was stopped \(EXPORT\.INTERRUPTED\)/),
      })
      await client.query('rollback')
      await expect(readFile(path.join(cwd, 'out', 'export.json'))).rejects.toThrow('ENOENT')
    }))
})
