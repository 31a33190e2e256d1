// What must compile. The module is the one that the generator writes for test/generator/blog.
import { Decimal } from '@prisma/client/runtime/client'
import type { GyroError, ImportPlan, ImportResult } from 'prisma-gyro'
import {
  type Enums,
  exportModel,
  exportModels,
  type FieldOf,
  type InputOf,
  importDetails,
  importHistory,
  importModels,
  type ModelName,
  type Models,
  planExport,
  planImport,
  planRollback,
  pruneHistory,
  type RowOf,
  readKeyMap,
  resumeImport,
  rollbackImport,
  sourceKeys,
  targetKey,
  type UniqueKeyOf,
  verifyImport,
} from '../generator/blog/index.js'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function expectType<_Holds extends true>(): void {}

expectType<Equal<ModelName, 'Comment' | 'Post' | 'Topic' | 'User' | '_follows'>>()
expectType<Equal<FieldOf<'Topic'>, 'id' | 'name'>>()
expectType<Equal<UniqueKeyOf<'User'>, readonly ['id'] | readonly ['email']>>()
expectType<Equal<UniqueKeyOf<'Post'>, readonly ['authorId', 'slug']>>()
expectType<Equal<RowOf<'User'>['role'], 'READER' | 'WRITER'>>()
expectType<Equal<RowOf<'Post'>['score'], string>>()
expectType<Equal<Enums['Role'], 'READER' | 'WRITER'>>()
expectType<Equal<RowOf<'User'>['fullName'], string | null>>()
expectType<Equal<Models['_follows']['dependsOn'], 'Topic' | 'User'>>()

export async function importAll(): Promise<ImportResult> {
  const all = await importModels({ from: './export' })
  expectType<Equal<(typeof all.models)[number]['model'], ModelName>>()
  return all
}

export async function importSome(signal: AbortSignal): Promise<number> {
  const some = await importModels({
    from: './export',
    url: 'postgresql://localhost/blog',
    models: ['User', 'Post'],
    strategy: { User: { name: 'mine', mapKeys: (sources) => sources }, Post: 'none' },
    csv: { delimiter: ';', null: '\\N' },
    batchName: 'blog',
    onProgress: (event) => {
      if (event.type === 'file-progress') {
        const rows: number = event.rows
        void rows
      }
    },
    signal,
  })
  expectType<Equal<(typeof some.models)[number]['model'], 'User' | 'Post'>>()
  return some.models.reduce((sum, { loaded }) => sum + loaded, 0)
}

export async function goOn(signal: AbortSignal): Promise<ImportResult> {
  await importModels({ from: './export', commit: 'chunk', batchSize: 50_000 })
  const result = await resumeImport({ batch: '7f3a', from: '/mnt/export', signal })
  expectType<Equal<(typeof result.models)[number]['model'], ModelName>>()
  return result
}

export async function importStream(): Promise<readonly string[]> {
  const { models } = await importModels({
    from: process.stdin,
    models: ['User'],
    headers: ['id', 'E-Mail'],
    map: { User: { 'E-Mail': 'email' } },
    ignoreColumns: ['legacy'],
    maxInflated: { ratio: 200 },
    csv: { delimiter: 'auto', quote: 'none' },
  })
  expectType<Equal<(typeof models)[number]['model'], 'User'>>()
  return models.flatMap(({ files }) => files)
}

export async function importRows(users: AsyncIterable<InputOf<'User'>>): Promise<number> {
  const topics: InputOf<'Topic'>[] = [{ id: 1n, name: 'cats' }]
  const { seconds } = await importModels({
    rows: {
      User: users,
      Topic: topics,
      Post: [
        { authorId: 1, slug: 'a', body: null },
        { authorId: 1, slug: 'b', body: undefined, score: '1.5', createdAt: new Date() },
        { authorId: 1, slug: 'c', score: new Decimal('0.1') },
        { authorId: 1, slug: 'd', score: 0.1 },
      ],
      _follows: new Set([{ A: 1n, B: 1 }]),
    },
    strategy: { Topic: 'none' },
  })
  await planImport({ rows: { Topic: topics }, history: false })
  return seconds
}

export async function importMasked(): Promise<number> {
  const { models } = await importModels({
    from: './export',
    transform: {
      User: (row) => ({ ...row, email: `${row.id}@example.com`, fullName: null }),
      Post: async (row, { reject, line }) =>
        row.slug === '' ? reject(`Line ${line} has no slug.`, 'slug') : row,
    },
    validate: {
      User: ({ role }, { reject }) => role !== 'READER' || reject('Readers stay.', 'role'),
      Topic: async ({ id, name }, at) => {
        expectType<Equal<typeof id, bigint>>()
        if (name === '') at.reject(`${at.model} ${at.row} has no name.`)
      },
      Post: undefined,
    },
  })
  await planImport({ rows: { Topic: [] }, transform: { Topic: (row) => row }, check: false })
  return models.length
}

export async function planOne(names: readonly ModelName[]): Promise<ImportPlan> {
  await planImport({
    from: './export',
    models: names,
    strategy: 'match',
    onConflict: {
      '*': 'skip',
      Post: 'error',
      User: { action: 'update', on: ['email'], columns: ['fullName'] },
    },
    missingReference: { '*': 'keep', Post: { '*': 'fail', author: 'null' } },
    pin: { User: { id: 7n } },
  })
  const plan = await planImport({ from: './export', models: ['Topic'], strategy: {} })
  expectType<Equal<(typeof plan.models)[number]['model'], 'Topic'>>()
  return plan
}

export async function undo(signal: AbortSignal): Promise<number> {
  const { references, models } = await planRollback({ batch: 'last', cascade: true })
  expectType<Equal<(typeof models)[number]['model'], ModelName>>()
  expectType<Equal<(typeof references)[number]['rows'], number>>()
  const { batch, seconds } = await rollbackImport({ batch: '7f3a', force: true, signal })
  expectType<Equal<(typeof batch)['status'], 'ROLLED_BACK'>>()
  return seconds
}

export async function readHistory(): Promise<string | null> {
  const { imports } = await importHistory()
  const { files } = await importDetails({ batch: 'last', url: 'postgresql://localhost/blog' })
  const topic = await targetKey('last', 'Topic', 7)
  expectType<Equal<typeof topic, bigint | null>>()
  const users = await sourceKeys('last', 'User', 7n, { url: 'postgresql://localhost/blog' })
  expectType<Equal<typeof users, readonly number[]>>()
  const post = await targetKey('last', 'Post', 'a')
  expectType<Equal<typeof post, number | bigint | string | null>>()
  for await (const pairs of readKeyMap({ batch: '7f3a', model: 'Topic' })) {
    for (const { source, target } of pairs) expectType<Equal<typeof source, typeof target>>()
  }
  const { batches } = await pruneHistory({ olderThan: '90d', dryRun: true })
  return imports[0]?.name ?? files[0]?.sha256 ?? batches[0]?.finishedAt ?? null
}

export async function writeSlice(signal: AbortSignal): Promise<number> {
  const slice = {
    where: { Topic: 'id > 7', User: { sql: 'email = $1', values: ['a'] } },
    roots: { Topic: [7n], User: [7, { email: 'a' }], Post: [{ authorId: 7, slug: 'a' }] },
    include: ['Post', 'Comment.post'],
    exclude: ['_follows.A'],
    limit: { Post: 100 },
    depth: 2,
    prune: 'nullable',
    mask: { User: { email: 'hash', fullName: (name) => name?.slice(0, 1) ?? null } },
    maskKey: 'sixteen or longer',
    signal,
  } as const satisfies Parameters<typeof planExport>[0]
  const plan = await planExport(slice)
  expectType<Equal<(typeof plan.models)[number]['model'], ModelName>>()
  for await (const chunk of exportModel({ model: 'Post', ...slice })) void chunk.length
  const { models } = await exportModels({ to: './export', gzip: true, jobs: 4, ...slice })
  expectType<Equal<(typeof models)[number]['model'], ModelName>>()
  return models.reduce((sum, { rows }) => sum + rows, 0)
}

export async function verify(): Promise<readonly ModelName[]> {
  const { ok, models } = await verifyImport({ batch: 'last', from: './export' })
  return ok ? [] : models.filter(({ rows }) => !rows.ok).map(({ model }) => model)
}

export function isPolicy(error: GyroError): boolean {
  return error.code === 'LOAD.POLICY'
}
