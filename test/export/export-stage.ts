import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { exportModels } from '../../src/export/export-models.js'
import type { ExportOptions, PlanExportOptions } from '../../src/export/export-options.js'
import type { ExportPlanResult, ExportResult } from '../../src/export/export-result.js'
import { planExport } from '../../src/export/plan-export.js'
import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { withTestDatabase } from '../support/test-database.js'

/** What a test of an export has to play with. */
export interface ExportStage extends Omit<ImportStage, 'folder' | 'importModels' | 'planImport'> {
  /** A folder that is empty at first. */
  readonly to: string
  export(options?: Partial<ExportOptions>): Promise<ExportResult>
  plan(options?: Partial<PlanExportOptions>): Promise<ExportPlanResult>
  /** Names in the folder, sorted. */
  list(): Promise<readonly string[]>
  /** The text of a file in the folder. */
  read(file: string): Promise<string>
}

/** A database with rows, and a folder of its own for each test. */
export function withExportStage<Result>(
  setup: Omit<StageSetup, 'files'>,
  use: (stage: ExportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage(setup, async (stage) => {
    const to = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-export-'))
    const { manifest, url } = stage
    try {
      return await use({
        ...stage,
        to,
        export: (options) => exportModels(manifest, { to, url, ...options }),
        plan: (options) => planExport(manifest, { to, url, ...options }),
        list: async () => (await readdir(to)).sort(),
        read: (file) => readFile(path.join(to, file), 'utf8'),
      })
    } finally {
      await rm(to, { recursive: true, force: true })
    }
  })
}

/**
 * Imports the folder into another database, empty but for its tables, keys as they are; gives every row
 * there, as `snapshot` does.
 */
export async function importElsewhere(
  { manifest, to }: Pick<ExportStage, 'manifest' | 'to'>,
  sql: string,
  use: (stage: {
    readonly result: ImportResult
    snapshot(names: readonly string[]): Promise<unknown>
  }) => Promise<void>,
  options: Partial<ImportOptions> = {},
): Promise<void> {
  await withTestDatabase(sql, async (client, { url }) => {
    const result = await importModels(manifest, { from: to, url, strategy: 'none', ...options })
    await use({
      result,
      snapshot: async (names) => {
        const found: Record<string, unknown> = {}
        for (const name of names) {
          const { rows } = await client.query<{ row: string }>(
            `select t::text as row from ${name} t order by 1`,
          )
          found[name] = rows.map(({ row }) => row)
        }
        return found
      },
    })
  })
}
