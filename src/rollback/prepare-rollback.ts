import type { GyroError } from '../error/gyro-error.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PostgresClient } from '../postgres/client.js'
import { readReachedTables } from '../postgres/reached-tables.js'
import { readServer } from '../postgres/server.js'
import { expectPrivileges, findModelTables, type ModelTables } from './check-tables.js'
import { claimTables } from './claim-tables.js'
import { describeReference } from './describe-references.js'
import { expectHistory } from './expect-history.js'
import { findReferring } from './find-referring.js'
import { judgeRollback } from './judge-rollback.js'
import { describePart, markBatch } from './mark-batch.js'
import { type BatchPart, readParts } from './read-parts.js'
import { type RollbackBatch, readRollbackBatch } from './read-rollback-batch.js'
import type { ModelRollback, OutsideReference } from './rollback-plan.js'
import { buildScope, type RollbackScope, type ScopeTable } from './rollback-scope.js'
import { RowMarks } from './row-marks.js'
import { listSchemaReferences } from './schema-references.js'
import { bindsRow, takeAlong } from './take-along.js'

/** What is asked for. */
export interface RollbackRequest {
  /** The id of the batch, the beginning of it, or `last`. */
  readonly batch: string
  readonly manifest: Manifest
  /** Of models without `@@schema`. */
  readonly schema: string
  /** The database for people, without password. */
  readonly target: string
  /** Whether the server runs on this machine, or it was said that it need not. */
  readonly isAllowed: boolean
  /** Whether rows go that were changed since. */
  readonly force: boolean
  /** Whether rows go that refer to those that go. */
  readonly cascade: boolean
}

/** A rollback that is ready to be done: all its rows are marked. */
export interface PreparedRollback extends FoundRows {
  readonly batch: RollbackBatch
  readonly scope: RollbackScope
  readonly tables: ModelTables
  readonly marks: RowMarks
  readonly problems: readonly GyroError[]
}

/** The rows that a rollback is about. */
interface FoundRows {
  /** Whether all tables of the scope are locked, hold nothing else and are to be emptied. */
  readonly isEmptying: boolean
  readonly models: readonly ModelRollback[]
  /** By what rows that are not of the batch refer to rows of the batch. */
  readonly references: readonly OutsideReference[]
  /** With `cascade`, those that stay, and that PostgreSQL will set to NULL or a default. */
  readonly emptied: readonly OutsideReference[]
}

/**
 * Marks all rows that a rollback is about and counts who refers to them.
 *
 * @param isLocking Whether the rows are kept from others until COMMIT.
 * @throws {GyroError} What keeps the rows from being found; what else stands against it is in
 * `problems`.
 */
export async function prepareRollback(
  client: PostgresClient,
  request: RollbackRequest,
  { isLocking }: { readonly isLocking: boolean },
): Promise<PreparedRollback> {
  const { cascade } = request
  const server = await readServer(client)
  await expectHistory(client, server)
  const batch = await readRollbackBatch(client, request.batch, request)
  const scope = await readScope(client, batch, request)
  const tables = findModelTables(batch.models, scope)
  const own = new Set(tables.values())
  const pointing = scope.references.filter(({ target }) => own.has(target))
  const looked = cascade ? scope.references : pointing
  const touched = cascade ? new Set([...own, ...listBound(scope)]) : own
  expectPrivileges(server, [...own, ...looked.map(({ from }) => from)], touched)

  const marks = new RowMarks(client, { isLocking, isOpen: cascade })
  const parts = await readParts(client, batch, { marks, tables })
  const claimed = { server, tables: scope.tables, parts, marks }
  const isEmptying = isLocking && request.isAllowed && (await claimTables(client, claimed))
  const found = isEmptying
    ? { isEmptying, models: parts.map((part) => describePart(part, marks)), ...NONE }
    : { isEmptying, ...(await markRows(client, parts, { scope, marks, pointing, cascade })) }
  const findings = { role: server.role, tables, marks, looked, ...found }
  return { batch, scope, tables, marks, ...found, problems: judgeRollback(findings, request) }
}

/** Where all rows go, none is left that refers to them. */
const NONE = { references: [], emptied: [] }

async function markRows(
  client: PostgresClient,
  parts: readonly BatchPart[],
  { scope, marks, pointing, cascade }: MarkedScope,
): Promise<Omit<FoundRows, 'isEmptying'>> {
  const models = await markBatch(parts, marks)
  const references = (await findReferring(client, pointing, marks)).map(describeReference)
  if (cascade) {
    await takeAlong(scope.references, marks)
  }
  const staying = cascade ? scope.references.filter(({ onDelete }) => !bindsRow(onDelete)) : []
  const emptied = (await findReferring(client, staying, marks)).map(describeReference)
  return { models, references, emptied }
}

interface MarkedScope {
  readonly scope: RollbackScope
  readonly marks: RowMarks
  /** The references to tables of the batch. */
  readonly pointing: RollbackScope['references']
  readonly cascade: boolean
}

/** All that can be reached from the tables of a batch, by foreign keys and by the schema. */
async function readScope(
  client: PostgresClient,
  { models }: RollbackBatch,
  { manifest, schema }: RollbackRequest,
): Promise<RollbackScope> {
  const start = models.map(({ table }) => table)
  const known = listSchemaReferences(manifest, schema)
  const asked = [...start, ...known.flatMap(({ from, target }) => [from, target])]
  return buildScope(start, await readReachedTables(client, asked), known)
}

/** Tables whose rows may have to go with others. */
function listBound({ references }: RollbackScope): readonly ScopeTable[] {
  return references.filter(({ onDelete }) => bindsRow(onDelete)).map(({ from }) => from)
}
