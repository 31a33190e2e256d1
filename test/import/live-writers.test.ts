import { describe, expect, it } from '@jest/globals'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model Parent {
  id       Int     @id @default(autoincrement())
  origin   String
  children Child[]
}

model Child {
  id       Int    @id @default(autoincrement())
  parentId Int
  origin   String
  parent   Parent @relation(fields: [parentId], references: [id])
}
`

const PARENTS = 2_000
const CHILDREN = 4_000
const IMPORTS = 2

/** Of each case: 100 000 for all of them. */
const IDS = 25_000

/** Most rows that a writer inserts into each table by one statement. */
const MOST_ROWS = 50

/** Inserts `$1` parents, each with a child, by the default of their ids. */
const INSERT = `
with parent as (
  insert into "Parent" (origin) select 'writer ' || n from generate_series(1, $1) n
  returning id, origin
)
insert into "Child" ("parentId", origin) select id, origin from parent`

/** The same for ids that nothing gives: an application locks the tables to take the next ones. */
const INSERT_LOCKED = `
begin;
lock table "Parent", "Child" in share row exclusive mode;
with parent as (
  insert into "Parent" (id, origin)
  select (select coalesce(max(id), 0) from "Parent") + n, 'writer ' || n from generate_series(1, $1) n
  returning id, origin
)
insert into "Child" (id, "parentId", origin)
select (select coalesce(max(id), 0) from "Child") + row_number() over (), id, origin from parent;
commit`

interface Numbering {
  readonly name: string
  /** SQL that numbers a table so: TABLE stands for its name. */
  readonly sql: string
  readonly insert: string
}

const NUMBERINGS: readonly Numbering[] = [
  { name: 'a serial', sql: '', insert: INSERT },
  {
    name: 'an identity that is generated always',
    sql: `
drop sequence "TABLE_id_seq" cascade;
alter table "TABLE" alter id add generated always as identity`,
    insert: INSERT,
  },
  {
    name: 'a sequence with steps and a cache',
    sql: 'alter sequence "TABLE_id_seq" increment 5 cache 20',
    insert: INSERT,
  },
  {
    name: 'no sequence',
    sql: 'drop sequence "TABLE_id_seq" cascade',
    insert: INSERT_LOCKED,
  },
]

describe('imports beside two busy writers', () => {
  it.each(NUMBERINGS)('get ids that nobody else has, and keep relations: $name', (numbering) =>
    withNumbered(numbering, async (stage) => {
      const writers = [startWriter(stage, numbering), startWriter(stage, numbering)]
      await Promise.all(writers.map(({ started }) => started))

      const ranges = []
      for (let round = 0; round < IMPORTS; round++) {
        const { models } = await stage.importModels()
        ranges.push(models.map(({ keys }) => keys))
      }
      const written = await Promise.all(writers.map(({ stop }) => stop()))

      // The primary keys refuse an id that is given twice: neither a writer nor an import failed.
      expect(ranges.flat()).not.toContain(null)
      const [counts] = await stage.query(`
select
  (select count(*)::int from "Parent"),
  (select count(*)::int from "Child"),
  (select count(*)::int from "Parent" p join "Child" c on c."parentId" = p.id where c.origin = p.origin)`)
      const own = (written[0] ?? 0) + (written[1] ?? 0)
      const children = IMPORTS * CHILDREN + own
      expect(counts).toEqual([IMPORTS * PARENTS + own, children, children])
      expect(IMPORTS * (PARENTS + CHILDREN) + 2 * own).toBeGreaterThanOrEqual(IDS)
      await expectRoomAbove(stage, numbering)
    }),
  )
})

/** Parents in an order that is not that of their ids, two children for each. */
function buildFiles(): Readonly<Record<string, string>> {
  const parents = Array.from({ length: PARENTS }, (_, n) => (n * 7) % PARENTS)
  const children = Array.from({ length: CHILDREN }, (_, n) => [n, (n * 3) % PARENTS] as const)
  return {
    'Parent.csv': `id,origin\n${parents.map((id) => `${id},file ${id}\n`).join('')}`,
    'Child.csv': `id,parentId,origin\n${children.map(([id, parent]) => `${id},${parent},file ${parent}\n`).join('')}`,
  }
}

function withNumbered(
  { sql }: Numbering,
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  const rows = ['Parent', 'Child'].map((table) => sql.replaceAll('TABLE', table)).join(';')
  return withImportStage({ schema: SCHEMA, rows, files: buildFiles() }, use)
}

interface Writer {
  /** Resolves when it has inserted something. */
  readonly started: Promise<void>
  /** Lets it end when it has done its share; resolves with the rows that it inserted into each table. */
  stop(): Promise<number>
}

/** Inserts as fast as it can over a connection of its own, until it is stopped and has done its share. */
function startWriter({ url }: ImportStage, { insert }: Numbering): Writer {
  const share = (IDS - IMPORTS * (PARENTS + CHILDREN)) / 4
  let isStopped = false
  let start = (_?: unknown) => {}
  const started = new Promise<void>((resolve) => {
    start = () => resolve()
  })
  const writing = withConnection(parseDatabaseUrl(url), async (client) => {
    let written = 0
    for (let turn = 1; !isStopped || written < share; turn++) {
      const count = (turn % MOST_ROWS) + 1
      await client.query(insert.replace('$1', String(count)))
      written += count
      start()
    }
    return written
  })
  // A writer that cannot start must not keep the test waiting.
  writing.catch(start)
  return {
    started,
    stop: () => {
      isStopped = true
      return writing
    },
  }
}

const HIGHEST = 'select (select max(id) from "Parent"), (select max(id) from "Child")'

/** The next row of an application goes in, above all others. */
async function expectRoomAbove({ client, query }: ImportStage, { insert }: Numbering) {
  const [before = []] = await query(HIGHEST)
  await client.query(insert.replace('$1', '1'))
  const [after = []] = await query(HIGHEST)
  expect(after.map((highest, table) => Number(highest) > Number(before[table]))).toEqual([
    true,
    true,
  ])
}
