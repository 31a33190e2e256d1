import { rm } from 'node:fs/promises'
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { exportModels } from '../../src/export/export-models.js'
import type { ExportOptions } from '../../src/export/export-options.js'
import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import { rollbackImport } from '../../src/import/rollback-import.js'
import { verifyImport } from '../../src/import/verify-import.js'
import type { Manifest, ManifestColumn, ManifestModel } from '../../src/manifest/manifest.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import {
  arbitraryDatabase,
  arbitrarySlice,
  buildDatabase,
  buildOptions,
  type DrawnDatabase,
  HALF,
  isComposite,
  quoted,
  renderDatabase,
} from '../slice/arbitrary-slices.js'
import { type PlainOptions, type PlainSlice, plainSlice } from '../slice/slice-reference.js'
import { buildManifest } from '../support/build-manifest.js'
import { digestTables, withExportFolder } from '../support/round-trip.js'
import { withTestDatabase } from '../support/test-database.js'
import { listDifferent } from '../verification/verify-stage.js'

/** Roots by their keys or by a condition, and how the files are written. */
const arbitraryTrip = fc.record({
  slice: arbitrarySlice,
  byKeys: fc.boolean(),
  gzip: fc.boolean(),
  jobs: fc.integer({ min: 1, max: 3 }),
})

type Drawn<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

it('brings whatever slice back beside its own source, with all that belongs together', () =>
  withTestDatabase('', async (client, database) => {
    const url = `${database.url}?schema=shop`
    const property = fc.asyncProperty(
      arbitraryDatabase,
      fc.array(arbitraryTrip, { minLength: 2, maxLength: 2 }),
      async (drawn, trips) => {
        const shop = buildDatabase(drawn)
        await client.query(`${renderDatabase(shop)}\n${labelRows(shop)}`)
        const source = { client, url, shop, manifest: describeDatabase(shop) }
        for (const trip of trips) await expectRoundTrip(source, trip)
      },
    )

    await fc.assert(property, { numRuns: 10, interruptAfterTimeLimit: 15_000 })
  }))

interface Source {
  readonly client: PostgresClient
  readonly url: string
  readonly shop: DrawnDatabase
  readonly manifest: Manifest
}

async function expectRoundTrip(source: Source, trip: Drawn<typeof arbitraryTrip>): Promise<void> {
  const { client, url, shop, manifest } = source
  const { told, plain } = buildSlice(trip, shop)
  const slice = plainSlice(shop.rows, shop.references, plain)
  // Nothing comes back of no rows; and without roots every row would go out.
  if (slice.size === 0) return
  const before = await digestTables(client)
  await withExportFolder(async (to) => {
    const { gzip, jobs } = trip
    const exported = await exportModels(manifest, { to, url, gzip, jobs, ...told })
    const { batch, models } = await importModels(manifest, {
      ...{ from: to, url },
      missingReference: whatDangles(shop, slice),
    })
    const verified = await verifyImport(manifest, { batch: batch.id, url })
    const arrived = await readArrived(source)
    await rm(to, { recursive: true })
    await rollbackImport(manifest, { batch: batch.id, url })

    const counts = countBy([...slice.keys()].map(({ model }) => model))
    expect(Object.fromEntries(exported.models.map((each) => [each.model, each.rows]))).toEqual(
      counts,
    )
    expect(Object.fromEntries(models.map((each) => [each.model, each.loaded]))).toEqual(counts)
    expect(listPruned(exported.models)).toEqual(countBy(listLost(slice)))
    expect([verified.ok, listDifferent(verified)]).toEqual([true, []])
    expect(arrived).toEqual(describeSlice(shop, slice))
    expect(await digestTables(client)).toEqual(before)
  })
}

function buildSlice(
  { slice, byKeys }: Drawn<typeof arbitraryTrip>,
  shop: DrawnDatabase,
): { readonly told: Partial<ExportOptions>; readonly plain: PlainOptions } {
  const { told, plain } = buildOptions(slice, shop)
  const there = Object.entries(plain.roots).map(([model, ids]): [string, number[]] => [
    model,
    ids.filter((id) => shop.rows.some((row) => row.model === model && row.id === id)),
  ])
  const roots = byKeys
    ? { roots: Object.fromEntries(there.filter(([, ids]) => ids.length > 0)) }
    : {
        where: Object.fromEntries(
          Object.entries(plain.roots).map(([model, ids]) => [model, `id in (${ids.join()})`]),
        ),
      }
  const { include, exclude, limit, depth, prune } = told
  return {
    told: {
      ...roots,
      ...{ exclude, limit },
      ...(include === undefined ? {} : { include }),
      ...(depth === undefined ? {} : { depth }),
      ...(prune === 'nullable' ? { prune } : {}),
    },
    plain,
  }
}

/**
 * The policies of references that lead nowhere in the source either, and of those with a NULL that name a
 * row all the same, which nothing fetches; all others are to be found.
 */
function whatDangles(
  { references, rows }: DrawnDatabase,
  slice: PlainSlice,
): NonNullable<ImportOptions['missingReference']> {
  const policies: Record<string, Record<string, 'null' | 'keep'>> = {}
  const isIn = (model: string, id: number) =>
    [...slice.keys()].some((row) => row.model === model && row.id === id)
  for (const [{ model, targets }, lost] of slice) {
    for (const { kind, name, to } of references.filter(({ from }) => from === model)) {
      const id = targets[name] ?? null
      const isThere = rows.some((row) => row.model === to && row.id === id)
      const leadsNowhere = id !== null && !isThere && !lost.includes(name)
      if (leadsNowhere) policies[model] = { ...policies[model], [name]: 'null' }
      const isHalf = kind === 'half' && id === null && !isIn(to, HALF)
      if (isHalf) policies[model] = { ...policies[model], [name]: 'keep' }
    }
  }
  return policies
}

/** By model, of each row: its label, and those of the rows that it refers to. */
type Labels = Readonly<Record<string, readonly string[]>>

function describeSlice({ references, rows }: DrawnDatabase, slice: PlainSlice): Labels {
  const labels: Record<string, string[]> = {}
  for (const [{ model, id, targets }, lost] of slice) {
    const own = references.filter(({ from }) => from === model)
    const parents = own.map(({ name, to }) => {
      const target = rows.find((row) => row.model === to && row.id === targets[name])
      return target === undefined || lost.includes(name) ? 'none' : labelOf(target.id)
    })
    labels[model] = [...(labels[model] ?? []), [labelOf(id), ...parents].join()].toSorted()
  }
  return labels
}

/** Of the rows that an import made: those have higher ids than all that were there. */
async function readArrived({ client, shop }: Source): Promise<Labels> {
  const { models, references, rows } = shop
  const countOf = (model: string) => rows.filter((row) => row.model === model).length
  const labels: Record<string, string[]> = {}
  for (const model of models) {
    const own = references.filter(({ from }) => from === model)
    const parents = own.map(({ name, to }) => {
      const there = `case when ${name}.id > ${countOf(to)} then '' else 'old ' end`
      return `coalesce(${there} || ${name}.label, 'none')`
    })
    const joins = own.map(({ kind, name, to }) => {
      const on = isComposite(kind)
        ? `${name}.id = c.${name}_a and ${name}.code = c.${name}_b`
        : `${name}.id = c.${name}`
      return `left join ${quoted(to)} ${name} on ${on}`
    })
    const found = await queryRows<{ label: string }>(client, {
      text: `\
select concat_ws(',', ${['c.label', ...parents].join(', ')}) as label
from ${quoted(model)} c ${joins.join('\n')}
where c.id > ${countOf(model)}`,
      values: [],
    })
    if (found.length > 0) labels[model] = found.map(({ label }) => label).toSorted()
  }
  return labels
}

const labelOf = (id: number) => `row ${id}`

/**
 * What a row is known by once its key is another one. What leads nowhere is to lead nowhere still when
 * there are more rows.
 */
function labelRows({ models, references, rows }: DrawnDatabase): string {
  const labels = models.map(
    (model) => `\
alter table ${quoted(model)} add label text;
update ${quoted(model)} set label = 'row ' || id;`,
  )
  const loose = references.filter(({ kind }) => kind === 'loose')
  const moved = loose.map(({ from, name, to }) => {
    const there = rows.filter(({ model }) => model === to).length
    return `update ${quoted(from)} set ${name} = ${name} + 1000000 where ${name} not between 1 and ${there};`
  })
  return [...labels, ...moved].join('\n')
}

function listLost(slice: PlainSlice): readonly string[] {
  return [...slice].flatMap(([{ model }, lost]) => lost.map((name) => `${model}.${name}`))
}

function listPruned(
  models: readonly {
    readonly model: string
    readonly pruned: readonly { readonly reference: string; readonly rows: number }[]
  }[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    models.flatMap(({ model, pruned }) =>
      pruned.map(({ reference, rows }) => [`${model}.${reference}`, rows]),
    ),
  )
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** What `prisma generate` would write, were there a schema. */
function describeDatabase({ models, references }: DrawnDatabase): Manifest {
  return buildManifest({
    models: models.map((name): ManifestModel => {
      const own = references.filter(({ from }) => from === name)
      return {
        ...{ name, table: name, kind: 'model', schema: null, files: [name] },
        columns: [
          buildColumn('id', 'Int', true),
          buildColumn('code', 'String', true),
          ...own.flatMap(({ kind, name: column }) =>
            isComposite(kind)
              ? [
                  buildColumn(`${column}_a`, 'BigInt', kind === 'half'),
                  buildColumn(`${column}_b`, 'String', false),
                ]
              : [buildColumn(column, 'BigInt', kind === 'required')],
          ),
          buildColumn('label', 'String', false),
        ],
        primaryKey: ['id'],
        ...{ uniques: [['id', 'code']], businessKey: null, strategy: null },
        references: own.map(({ kind, name: reference, to }) => ({
          name: reference,
          fields: isComposite(kind) ? [`${reference}_a`, `${reference}_b`] : [reference],
          target: to,
          targetFields: isComposite(kind) ? ['id', 'code'] : ['id'],
          isNullable: kind !== 'required',
          origin: kind === 'loose' ? 'annotation' : 'relation',
        })),
      }
    }),
  })
}

function buildColumn(
  field: string,
  type: 'Int' | 'BigInt' | 'String',
  isRequired: boolean,
): ManifestColumn {
  return {
    ...{ field, column: field, type, isRequired, headers: [field] },
    ...{ enum: null, nativeType: null, isList: false, default: null },
    ...{ isUpdatedAt: false, isHidden: false, isSkipped: false },
  }
}
