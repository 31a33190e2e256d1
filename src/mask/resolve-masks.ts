import { randomBytes } from 'node:crypto'
import type { ExportedModels } from '../slice/build-root-conditions.js'
import type { ExportPlan } from '../slice/export-plan.js'
import { checkReferences } from './check-references.js'
import { constantSql, nullSql } from './constant-sql.js'
import { type FakeSource, loadFaker } from './fake-values.js'
import { weakKey } from './mask-error.js'
import type { MaskOptions } from './mask-options.js'
import { type MaskedPosition, maskBytes, type ValueMask } from './masked-bytes.js'
import { columnKey, type MaskedColumn, type MaskKind } from './masked-column.js'
import { readMasks } from './read-masks.js'
import type { HashShape } from './value-hash.js'
import { fakeMask, functionMask, hashMask } from './value-masks.js'

/** How the rows of a model are masked. */
export interface MaskPlan {
  /** By the database names of the columns. */
  readonly columns: ReadonlyMap<string, ColumnMask>
  /**
   * Masks rows as `COPY … (format csv)` writes them, without a header, all columns of the `ExportPlan` in
   * their order. Null where `sql` does all.
   */
  readonly transform: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Buffer>) | null
}

interface ColumnMask {
  readonly kind: MaskKind
  /** What stands in the select list instead of the column; null where its values are read. */
  readonly sql: string | null
}

/** Characters of a key that nobody guesses. */
const LEAST_KEY = 16

/**
 * How each model is masked, by its name; only those of which something is.
 *
 * @throws {GyroError} `MASK.*` for what cannot be masked so: nothing was read by then.
 */
export async function resolveMasks(
  options: MaskOptions,
  models: ExportedModels,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ReadonlyMap<string, MaskPlan>> {
  const masked = readMasks(options, models.plans)
  if (masked.length === 0) return new Map()
  const shapes = checkReferences(masked, models.plans)
  const makers: Makers = {
    key: resolveKey(options.maskKey, environment['PRISMA_GYRO_MASK_KEY']),
    shapes,
    fakes: masked.some(({ kind }) => kind === 'fake') ? await loadFaker() : null,
  }
  const byPlan = new Map<ExportPlan, MaskedColumn[]>()
  for (const each of masked) {
    byPlan.set(each.plan, [...(byPlan.get(each.plan) ?? []), each])
  }
  return new Map(
    [...byPlan].map(([plan, columns]) => [
      plan.name,
      buildMaskPlan(plan, columns, { ...models, ...makers }),
    ]),
  )
}

interface Makers {
  readonly key: string
  readonly shapes: ReadonlyMap<string, HashShape>
  /** Null where nothing is faked. */
  readonly fakes: FakeSource | null
}

/** An empty variable is none; an empty option is a mistake. */
function resolveKey(option: string | undefined, variable: string | undefined): string {
  const given = option ?? (variable === '' ? undefined : variable)
  if (given === undefined) return randomBytes(32).toString('hex')
  if (typeof given !== 'string' || given.length < LEAST_KEY) throw weakKey()
  return given
}

function buildMaskPlan(
  plan: ExportPlan,
  masked: readonly MaskedColumn[],
  makers: Makers & Pick<ExportedModels, 'enums'>,
): MaskPlan {
  const columns = new Map<string, ColumnMask>()
  const positions: MaskedPosition[] = []
  for (const each of masked) {
    const mask = buildValueMask(each, makers)
    const sql = mask === null ? buildSql(each, makers) : null
    columns.set(each.column.column.column, { kind: each.kind, sql })
    if (mask !== null) positions.push({ index: plan.columns.indexOf(each.column), mask })
  }
  positions.sort((a, b) => a.index - b.index)
  const rows = { file: `${plan.name}.csv`, width: plan.columns.length, positions }
  const transform = (chunks: AsyncIterable<Uint8Array>) => maskBytes(chunks, rows)
  return { columns, transform: positions.length === 0 ? null : transform }
}

/** Null where SQL gives the value. */
function buildValueMask(masked: MaskedColumn, { key, shapes, fakes }: Makers): ValueMask | null {
  switch (masked.kind) {
    case 'hash': {
      const shape = shapes.get(columnKey(masked.plan.name, masked.column.column.column))
      return hashMask(masked, key, shape)
    }
    case 'fake':
      return fakeMask(masked, key, fakes as FakeSource)
    case 'function':
      return functionMask(masked)
    default:
      return null
  }
}

function buildSql(masked: MaskedColumn, { enums }: Pick<ExportedModels, 'enums'>): string {
  return masked.kind === 'null' ? nullSql(masked) : constantSql(masked, enums)
}
