import path from 'node:path'
import { expect, it, jest } from '@jest/globals'
import { renderManifest } from '../../generator/render-manifest.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { isAlone } from '../support/is-alone.js'
import { isBlocked } from '../support/is-blocked.js'
import { runProgram, withProgram } from '../support/run-program.js'
import { until } from '../support/until.js'

// Processes take their time on a busy machine.
jest.setTimeout(180_000)

/** The built command, as `npm test` and `npm run build` leave it. */
const BIN = path.resolve('dist/src/bin.js')

const SCHEMA = `
model Author {
  id    Int    @id @default(autoincrement())
  name  String
  books Book[]
}

model Book {
  id       Int    @id @default(autoincrement())
  title    String
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}
`

const BOOKS = 40

const FILES = {
  'Author.csv': 'id,name\n5,a\n6,b\n',
  'Book.csv': `id,title,authorId\n${Array.from({ length: BOOKS }, (_, n) => `${n},t${n},${5 + (n % 2)}\n`).join('')}`,
}

/** Waits in the middle of a chunk, or behind all its rows, as long as somebody holds the lock. */
const HOLDS = {
  'in the middle of a chunk':
    'create trigger hold before insert on "Book" for each row execute function hold()',
  'where its rows are checked':
    'create constraint trigger hold after insert on "Book" deferrable initially deferred for each row execute function hold()',
}

it.each(['in the middle of a chunk', 'where its rows are checked'] as const)(
  'a loader that is killed %s is gone on with by the command',
  (moment) =>
    withImportStage({ schema: SCHEMA, files: FILES }, (stage) =>
      withCsvFolder({ 'manifest.json': renderManifest(stage.manifest) }, async (cwd) => {
        await stage.client.query(`
create function hold() returns trigger language plpgsql as $$
begin
  if new.title = 't17' then perform pg_advisory_xact_lock_shared(7); end if;
  return new;
end $$;
${HOLDS[moment]};
select pg_advisory_lock(7)`)
        await killHeld(stage, cwd)
        await stage.client.query('select pg_advisory_unlock(7)')
        // A server notices that its client is gone when its statement is done.
        await until(() => isAlone(stage.client))
        const [[batch]] = (await stage.query(
          `select id::text from prisma_gyro.batch where status = 'IN_PROGRESS'`,
        )) as [[string]]

        const resumed = await runCommand(stage, cwd, ['resume', batch.slice(0, 12), '--json'])

        expect(resumed).toMatchObject({ code: 0 })
        expect(JSON.parse(resumed.stdout)).toMatchObject({
          batch: { id: batch, status: 'COMPLETED' },
          models: [{ loaded: 2 }, { read: BOOKS, loaded: BOOKS }],
        })
        const books = await stage.query(
          'select b.id, title, a.name from "Book" b join "Author" a on a.id = "authorId" order by 1',
        )
        expect(books).toEqual(
          Array.from({ length: BOOKS }, (_, n) => [n + 1, `t${n}`, n % 2 === 0 ? 'a' : 'b']),
        )
      }),
    ),
)

function killHeld(stage: ImportStage, cwd: string): Promise<void> {
  const args = ['import', stage.folder, '--commit', 'chunk', '--batch-size', '10']
  return withProgram(process.execPath, commandOf(stage, args), { cwd }, async (program) => {
    await program.until(() => isBlocked(stage.client))
    program.child.kill('SIGKILL')
    await program.ended
  })
}

function runCommand(stage: ImportStage, cwd: string, args: readonly string[]) {
  return runProgram(process.execPath, commandOf(stage, args), { cwd })
}

function commandOf({ url }: ImportStage, args: readonly string[]): readonly string[] {
  return [BIN, ...args, '--url', url, '--manifest', 'manifest.json']
}
