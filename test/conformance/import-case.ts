import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isGyroError } from '../../src/error/gyro-error.js'
import { importModels } from '../../src/import/import-models.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { bytesOf, type ConformanceCase, type Row, rowsMeantBy } from './conformance-case.js'
import type { Outcome } from './outcome.js'

/** Names that a file may use without expecting them to be read back. */
const USUAL_NAMES = ['a', 'b', 'c']

const FIELDS = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5']

const SCHEMA = `
model Row {
  n  Int     @id @default(autoincrement())
  ${FIELDS.map((field) => `${field} String?`).join('\n  ')}
}`

/** Imports the files one after the other, each into the same empty table of text columns. */
export function importCases(cases: readonly ConformanceCase[]): Promise<readonly Outcome[]> {
  return withImportStage({ schema: SCHEMA, files: {} }, async (stage) => {
    const outcomes: Outcome[] = []
    for (const given of cases) {
      outcomes.push(await importCase(stage, given))
    }
    return outcomes
  })
}

async function importCase(stage: ImportStage, given: ConformanceCase): Promise<Outcome> {
  const headers = 'rows' in given ? (rowsMeantBy(given)?.[0] ?? []) : []
  const names = [...new Set([...headers.map(String), ...USUAL_NAMES])]
  await writeFile(path.join(stage.folder, 'Row.csv'), bytesOf(given))
  const refused = await importModels(nameColumns(stage.manifest, names), {
    from: stage.folder,
    url: stage.url,
    csv: given.csv ?? {},
  }).then(() => null, codeOf)
  const columns = FIELDS.slice(0, headers.length || FIELDS.length)
  const rows = (await stage.query(`select ${columns} from "Row" order by n`)) as readonly Row[]
  await stage.client.query('truncate "Row" restart identity')
  if (refused !== null && rows.length > 0) {
    throw new Error(`${given.name}: refused with ${refused}, but rows were kept`)
  }
  return refused === null ? { rows } : { refused }
}

/** Gives the columns of the model the names that the file has, in their order. */
function nameColumns(manifest: Manifest, names: readonly string[]): Manifest {
  const models = manifest.models.map((model) => ({
    ...model,
    columns: model.columns.map((column) => {
      const name = names[FIELDS.indexOf(column.field)]
      return { ...column, headers: name === undefined ? [] : [name] }
    }),
  }))
  return { ...manifest, models }
}

function codeOf(error: unknown): string {
  if (!isGyroError(error)) throw error
  return error.code
}
