import type { GyroError } from '../error/gyro-error.js'
import type { CatalogTrigger } from '../postgres/catalog-trigger.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, type TableName, tableKey } from '../postgres/identifier.js'
import { type OwnReference, readOwnReferences } from '../postgres/reference-rights.js'
import { probeReplica } from '../postgres/replication-role.js'
import { readStructure, type Structure } from '../postgres/structure.js'
import { estimateLoadSeconds } from './estimate-load.js'
import { listTables } from './plan-deferral.js'
import type { PreparedModel, ReleaseBasis } from './prepared-import.js'
import { type ReleaseChoice, STAY } from './release-choice.js'
import {
  cannotReplicate,
  uncheckedKey,
  uncheckedReference,
  unreadableReference,
} from './release-error.js'

/**
 * Decides whether rows can go in without any check of PostgreSQL's: the role has to be allowed to, and
 * able to check every reference by itself. Needs a transaction.
 */
export async function chooseReplica(
  client: PostgresClient,
  { decided: { models }, catalog }: ReleaseBasis,
): Promise<ReleaseChoice> {
  const tables = listTables(models)
  const triggers = catalog.isCitus ? null : await probeReplica(client, tables)
  if (triggers === null) {
    return { ...STAY, problems: [cannotReplicate(catalog)] }
  }
  const structure = await readStructure(client, tables)
  const references = await readOwnReferences(client, tables)
  const why =
    'As asked for: rows are copied in any order and PostgreSQL checks no foreign key; then every reference of theirs is looked up, with the rows that they refer to locked.'
  return {
    ...STAY,
    release: {
      technique: 'replica',
      why,
      triggers,
      seconds: estimateLoadSeconds('replica', models, structure),
    },
    problems: [...checkKeys(structure, tables), ...checkReferences(references, catalog.role)],
    warnings: models.flatMap((model) =>
      warnOfTriggers(model, triggers.get(tableKey(model.table)) ?? []),
    ),
  }
}

/** PostgreSQL checks a deferrable key by a trigger, which does not fire either. */
function checkKeys({ constraints }: Structure, tables: readonly TableName[]): readonly GyroError[] {
  const own = new Set(tables.map(tableKey))
  return constraints
    .filter(({ kind, isDeferrable }) => isDeferrable && ['p', 'u', 'x'].includes(kind))
    .filter((each) => own.has(tableKey(each)))
    .map((each) => uncheckedKey(displayName(each), each.name))
}

function checkReferences(references: readonly OwnReference[], role: string): readonly GyroError[] {
  return references.flatMap((reference) => {
    const { isSimple, isReadable, isTargetLockable } = reference
    if (!isSimple) return [uncheckedReference(reference)]
    return isReadable && isTargetLockable ? [] : [unreadableReference(reference, role)]
  })
}

function warnOfTriggers(
  { table, triggers }: PreparedModel,
  firing: readonly CatalogTrigger[],
): readonly string[] {
  const without = (some: readonly CatalogTrigger[], others: readonly CatalogTrigger[]) =>
    some.filter(({ name }) => !others.some((other) => other.name === name))
  return [
    ...without(triggers, firing).map(
      ({ name }) =>
        `The trigger ${name} of ${displayName(table)} will not fire: --fk-mode replica silences it.`,
    ),
    ...without(firing, triggers).map(
      ({ name }) =>
        `The trigger ${name} of ${displayName(table)} will fire: it does so for --fk-mode replica only.`,
    ),
  ]
}
