import type { RecordedBatch, RecordedModel } from '../history/read-batch.js'
import type { ImportedModel } from '../history/read-imports.js'
import type { ReportProgress } from '../load/load-context.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { readReachedTables } from '../postgres/reached-tables.js'
import { readServer } from '../postgres/server.js'
import { findModelTables } from '../rollback/check-tables.js'
import { buildScope, type RollbackScope, type ScopeTable } from '../rollback/rollback-scope.js'
import { listSchemaReferences } from '../rollback/schema-references.js'
import type { FoundModel } from './compare-model.js'
import { compareModels } from './compare-models.js'
import { chooseCompared } from './compared-model.js'
import { markRows } from './mark-rows.js'
import { stageFiles } from './stage-files.js'
import { missingPrivilege } from './verification-error.js'
import type { VerifyResult } from './verification-result.js'

/** An import and the files that it was made of, which are the same still. */
export interface VerifiableImport {
  readonly batch: RecordedBatch
  /** In load order. */
  readonly recorded: readonly RecordedModel[]
  readonly counts: readonly ImportedModel[]
  /** As the import would be prepared now. In load order. */
  readonly prepared: readonly PreparedModel[]
  readonly manifest: Manifest
  /** Of models without `@@schema`. */
  readonly schema: string
  /** Models whose rows a transform hook may have changed. */
  readonly transformed: ReadonlySet<string>
  readonly signal: AbortSignal
  /** Tells how far the files of a model are read. */
  track(
    model: PreparedModel,
    work: (report: ReportProgress) => Promise<{ readonly rows: number }>,
  ): Promise<unknown>
}

/**
 * Compares the rows of a batch with its files: how many there are, the values of each column that kept
 * them, and what rows refer to by the values of these. Keys are not compared, nor believed: references
 * of the files are followed by the keys of the files, those of the database by the keys there.
 *
 * Works in temporary tables, in a transaction that is to be rolled back.
 *
 * @throws {GyroError} `VERIFY.MISSING_PRIVILEGE`, `VERIFY.INDISTINCT`, `ROLLBACK.MISSING_TABLE`; `CSV.*`,
 * `VALUES.*` for files that the import would refuse now.
 */
export async function runVerification(
  client: PostgresClient,
  given: VerifiableImport,
): Promise<Pick<VerifyResult, 'ok' | 'models' | 'references' | 'warnings'>> {
  const { batch, recorded, prepared, counts, transformed, signal } = given
  const scope = await readScope(client, given)
  const tables = findModelTables(recorded, scope)
  await expectPrivileges(client, [...tables.values()])
  const files = await stageModels(client, given)
  const models = chooseCompared({
    ...{ prepared, transformed },
    recorded: new Map(recorded.map((each) => [each.model, each])),
    counts: new Map(counts.map((each) => [each.model, each])),
    staged: new Map(
      [...files].flatMap(([model, { staging }]) => (staging === null ? [] : [[model, staging]])),
    ),
  })
  const targets = await markRows(client, batch, { models, tables })
  const found = models.flatMap((model): readonly FoundModel[] => {
    const { model: name } = model.prepared
    const target = targets.get(name)
    return target === undefined ? [] : [{ model, target, files: files.get(name)?.rows ?? null }]
  })
  const compared = await compareModels(client, found, signal)
  const verified = compared.map(({ model }) => model)
  const references = compared.flatMap((each) => each.references)
  const isOk = [
    ...verified.map(({ rows, together }) => rows.ok && together !== false),
    ...verified.flatMap(({ columns }) => columns.map(({ ok }) => ok)),
    ...references.map(({ ok }) => ok),
  ]
  return {
    ok: isOk.every((each) => each),
    models: verified,
    references,
    warnings: warnOf(prepared, [...tables.values()]),
  }
}

interface FileRows {
  readonly rows: number | null
  readonly staging: TableName | null
}

async function stageModels(
  client: PostgresClient,
  { prepared, counts, transformed, signal, track }: VerifiableImport,
): Promise<ReadonlyMap<string, FileRows>> {
  const staged = new Map<string, FileRows>()
  for (const [place, model] of prepared.entries()) {
    signal.throwIfAborted()
    const rejected = counts.find((each) => each.model === model.model)?.rejected ?? 0
    const isOther = transformed.has(model.model) || model.key?.kind === 'pinned'
    const order = { models: prepared, place, signal }
    const how = rejected > 0 ? 'try' : isOther ? 'count' : 'stage'
    await track(model, async (onProgress) => {
      const found = await stageFiles(client, model, { ...order, how, onProgress })
      staged.set(model.model, found)
      return { rows: found.rows ?? 0 }
    })
  }
  return staged
}

async function readScope(
  client: PostgresClient,
  { recorded, manifest, schema }: VerifiableImport,
): Promise<RollbackScope> {
  const start = recorded.map(({ table }) => table)
  const known = listSchemaReferences(manifest, schema)
  const asked = [...start, ...known.flatMap(({ from, target }) => [from, target])]
  return buildScope(start, await readReachedTables(client, asked), known)
}

async function expectPrivileges(
  client: PostgresClient,
  tables: readonly ScopeTable[],
): Promise<void> {
  const { role, database, canCreateTemporary } = await readServer(client)
  const to = quoteIdentifier(role)
  const missing = [
    ...(canCreateTemporary
      ? []
      : [{ privilege: 'temporary', on: `database ${quoteIdentifier(database)}` }]),
    ...tables.flatMap((table) => [
      ...(table.isReachable
        ? []
        : [{ privilege: 'usage', on: `schema ${quoteIdentifier(table.schema)}` }]),
      ...(table.canSelect ? [] : [{ privilege: 'select', on: qualify(table) }]),
    ]),
  ]
  const lacks = [...new Set(missing.map(({ privilege, on }) => `${privilege} on ${on}`))]
  if (lacks.length > 0) {
    const grants = lacks.map((lack) => `grant ${lack} to ${to};`)
    throw missingPrivilege(role, { lacks, grants })
  }
}

/** What may make rows differ though the import did what it should. */
function warnOf(
  prepared: readonly PreparedModel[],
  tables: readonly ScopeTable[],
): readonly string[] {
  return [
    ...prepared.flatMap(({ table, triggers }) =>
      triggers.length === 0
        ? []
        : [
            `${displayName(table)} has triggers (${triggers.map(({ name }) => name).join(', ')}): they may have changed rows on their way.`,
          ],
    ),
    ...tables
      .filter(({ hasRowSecurity }) => hasRowSecurity)
      .map((table) => `Row-level security may hide rows of ${displayName(table)}.`),
  ]
}
