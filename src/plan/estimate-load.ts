import { isSameTable } from '../postgres/identifier.js'
import type { Structure } from '../postgres/structure.js'
import type { Technique } from './import-plan.js'
import type { PreparedModel } from './prepared-import.js'

/** Seconds for a million rows, as measured with the workload `shop`: see bench/README.md. */
const COPY = 1
const STAGE = 1
const INDEX = 1
const FOREIGN_KEY = 5
const LOOK_UP = 1

/** What has rows wait elsewhere first. */
const STAGED: readonly Technique[] = ['cycle', 'staged', 'two-pass']

/** How long rows take whose indexes stay, within a factor of three on a machine like any. */
export function estimateLoadSeconds(
  technique: Exclude<Technique, 'rebuild'>,
  models: readonly Pick<PreparedModel, 'table' | 'estimatedRows' | 'foreignKeys'>[],
  { indexes }: Pick<Structure, 'indexes'>,
): number {
  const check = technique === 'replica' ? LOOK_UP : FOREIGN_KEY
  const stage = STAGED.includes(technique) ? STAGE : 0
  return models.reduce((total, { table, estimatedRows, foreignKeys }) => {
    const own = indexes.filter((index) => isSameTable(index, table)).length
    const perMillion = COPY + stage + own * INDEX + foreignKeys.length * check
    return total + (estimatedRows / 1e6) * perMillion
  }, 0)
}
