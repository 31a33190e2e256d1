// What must not compile: each line with the code of its error. Other lines must have none.
import {
  exportModel,
  exportModels,
  importDetails,
  importHistory,
  importModels,
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
} from '../generator/blog/index.js'

const from = './export'

await importModels({ from, models: ['Usr'] }) // TS2820
await planImport({ from, models: ['User', 'Psot'] }) // TS2322
await importModels({ from, strategy: { Usr: 'none' } }) // TS2561
await importModels({ from, models: ['User'], strategy: { Post: 'none' } }) // TS2353
await importModels({ from, strategy: { User: 'sequentail' } }) // TS2820
await importModels({ from, strategy: 'custom' }) // TS2322
await importModels({ from, strategy: { User: { name: 'mine' } } }) // TS2322
await importModels({ from, pin: { Usr: 7 } }) // TS2561
await importModels({ from, onConflict: { User: { action: 'skip', on: ['emial'] } } }) // TS2820
await importModels({ from, onConflict: { Usr: 'skip' } }) // TS2561
await importModels({ from, onConflict: 'upsert' }) // TS2322
await importModels({ from, commit: 'chunks' }) // TS2820
await resumeImport({}) // TS2741
await importModels({ from, missingReference: 'kep' }) // TS2820
await importModels({ from, missingReference: { Usr: 'keep' } }) // TS2561
await importModels({ from, missingReference: { Post: { author: 'nul' } } }) // TS2820
await importModels({ models: ['User'] }) // TS2345
await importModels({ from, modles: ['User'] }) // TS2561
await planImport({ from, batchName: 'blog' }) // TS2353
await importModels({ from, csv: { delimeter: ';' } }) // TS2561
await importModels({ from, map: { Usr: { a: 'id' } } }) // TS2561
await importModels({ from, models: ['User'], headers: { Post: ['id'] } }) // TS2353
await importModels({ from, rows: { User: [] } }) // TS2345
await importModels({ rows: { Usr: [] } }) // TS2561
await importModels({ rows: { Topic: [{ id: 1n }] } }) // TS2322
await importModels({ rows: { Topic: [{ id: 1, name: 'cats' }] } }) // TS2322
await importModels({ rows: { Topic: [{ id: 1n, name: 'cats', colour: 'red' }] } }) // TS2322
await importModels({ rows: { Post: [{ authorId: 1, slug: 'a', score: true }] } }) // TS2322
await importModels({ rows: { Topic: 'cats' } }) // TS2322
const to = './export'
await exportModels({ overwrite: true }) // TS2345
await exportModels({ to, roots: { Usr: [7] } }) // TS2561
await exportModels({ to, roots: { User: ['7'] } }) // TS2322
await exportModels({ to, roots: { Post: [7] } }) // TS2559
await exportModels({ to, where: { Usr: 'true' } }) // TS2561
await exportModels({ to, include: ['Psot'] }) // TS2322
await exportModels({ to, limit: { User: '5' } }) // TS2322
await exportModels({ to, prune: 'all' }) // TS2322
await exportModels({ to, mask: { User: { emial: 'hash' } } }) // TS2561
await planExport({ jobs: 2 }) // TS2353
exportModel({ model: 'Usr' }) // TS2820
await rollbackImport({ force: true }) // TS2741
await rollbackImport({ batch: 'last', dryRun: true }) // TS2353
await planRollback({ batch: 7 }) // TS2322
await targetKey('last', 'Usr', 7) // TS2345
await targetKey('last', 'User', true) // TS2345
await targetKey(7, 'User', 7) // TS2345
await sourceKeys('last', 'User') // TS2554
readKeyMap({ batch: 'last', model: 'Usr' }) // TS2820
await pruneHistory({ dryRun: true }) // TS2741
await importHistory({ limit: '5' }) // TS2322
await importDetails() // TS2554
await importModels({ from, transform: { Usr: (row: object) => row } }) // TS2561
await importModels({ from, transform: { User: (row) => ({ ...row, email: 5 }) } }) // TS2322
await importModels({ from, transform: { User: (row) => ({ id: row.id }) } }) // TS2322
await importModels({ from, transform: { User: (row) => row.emial } }) // TS2551
await importModels({ from, transform: { User: () => undefined } }) // TS2322
await importModels({ from, validate: { User: () => false } }) // TS2322
await importModels({ from, validate: { User: (_, { reject }) => reject('no', 'emial') } }) // TS2345

const result = await importModels({ from, models: ['User', 'Post'] })
result.models.filter(({ model }) => model === 'Topic') // TS2367
result.models.map(({ rows }) => rows) // TS2339

export const key: UniqueKeyOf<'User'> = ['fullName'] // TS2322
export const role: RowOf<'User'>['role'] = 'ADMIN' // TS2322
export const row: RowOf<'Usr'> = {} // TS2344
