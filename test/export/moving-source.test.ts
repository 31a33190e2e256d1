import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import type { ExportOptions } from '../../src/export/export-options.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { type ExportStage, withExportStage } from './export-stage.js'

const SCHEMA = `
model Tenant {
  id    Int    @id
  users User[]
}

model User {
  id       Int    @id
  tenantId Int
  bossId   Int?
  tenant   Tenant @relation(fields: [tenantId], references: [id])
  boss     User?  @relation("boss", fields: [bossId], references: [id])
  staff    User[] @relation("boss")
  posts    Post[]
}

model Post {
  id     Int    @id
  userId Int
  text   String
  user   User   @relation(fields: [userId], references: [id])
}
`

/** Many pages of each table, and room in them where a VACUUM before has made some. */
const ROWS = `
insert into "Tenant" select i from generate_series(1, 4) i;
insert into "User" select i, 1 + i % 4, nullif(i / 7, 0) from generate_series(1, 1200) i;
insert into "Post" select i, 1 + i % 1200, repeat('x', 150) from generate_series(1, 3000) i;
delete from "Post" where id % 5 = 0`

/** What others do meanwhile, several times. */
const CHANGES = [
  `insert into "User" select m + i, 1, 1 + i from (select max(id) as m from "User") u, generate_series(1, 300) i`,
  `insert into "Post" select m + i, 1 + i, 'new' from (select max(id) as m from "Post") p, generate_series(1, 500) i`,
  `update "User" set "tenantId" = 1 + "tenantId" % 4 where id % 2 = 0`,
  `update "Post" set text = 'changed', "userId" = 1 + "userId" % 1200 where id % 3 = 1`,
  `delete from "Post" where id % 3 = 0`,
  'vacuum "Post", "User"',
  'create index on "Post" ("userId")',
  'analyze',
]

/** What would move rows, or take them away from who reads them: it waits until they are read. */
const REWRITES = [
  'truncate "Post"',
  'vacuum full "User"',
  'cluster "Post" using "Post_pkey"',
  'alter table "User" add column note int',
]

const LOCK_NOT_AVAILABLE = '55P03'

describe('rows that others insert, change and delete meanwhile', () => {
  it.each<[string, Partial<ExportOptions>]>([
    ['a whole export', {}],
    ['a slice', { where: { Tenant: 'id = 1' }, jobs: 3 }],
    [
      'a slice with limits and loose ends',
      { roots: { Tenant: [2, 3] }, limit: { Post: 200, User: 100 }, prune: 'nullable' },
    ],
  ])('do not change %s', (_, options) =>
    withExportStage({ schema: SCHEMA, rows: ROWS }, async (stage) => {
      await stage.client.query('vacuum "Post"')
      const before = await exportLines(stage, options)
      const moving = moveAtEachStep(stage.url)

      const during = await exportLines(stage, { ...options, onProgress: moving.onProgress })

      expect(moving.steps).toEqual(['select', 'export', 'file'])
      expect(during).toEqual(before)
      // They did happen, as whoever comes next can see.
      expect(await exportLines(stage, options)).not.toEqual(before)
    }),
  )
})

interface MovingSource {
  readonly onProgress: (event: ProgressEvent) => void
  /** Where rows have changed. */
  readonly steps: string[]
}

/** Changes rows when the snapshot is there, when they are selected, and when the first file begins. */
function moveAtEachStep(url: string): MovingSource {
  const steps: string[] = []
  return {
    steps,
    onProgress: (event) => {
      const step = event.type === 'phase' ? event.phase : event.type === 'file-start' ? 'file' : ''
      if (!['select', 'export', 'file'].includes(step) || steps.includes(step)) return
      steps.push(step)
      const limit = `set lock_timeout = '20ms'`
      // The export is to go on only when they are done, so this process waits as well.
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['test/support/run-statements.mjs', url, JSON.stringify([...CHANGES, limit, ...REWRITES])],
        { encoding: 'utf8' },
      )
      expect({ stderr, codes: JSON.parse(stdout || '[]') }).toEqual({
        stderr: '',
        codes: [...CHANGES.map(() => null), null, ...REWRITES.map(() => LOCK_NOT_AVAILABLE)],
      })
    },
  }
}

/** By file: its lines, sorted. */
async function exportLines(
  { export: run, read, to }: ExportStage,
  options: Partial<ExportOptions>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { models } = await run(options)
  const lines: Record<string, readonly string[]> = {}
  for (const { file } of models) lines[file] = (await read(file)).split('\n').toSorted()
  await rm(to, { recursive: true })
  return lines
}
