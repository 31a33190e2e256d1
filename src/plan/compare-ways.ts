import type { PostgresClient } from '../postgres/client.js'
import { readStructure } from '../postgres/structure.js'
import { checkLoadWay } from './check-load-way.js'
import { MIN_BYTES } from './choose-rebuild.js'
import { chooseRelease } from './choose-release.js'
import { estimateLoadSeconds } from './estimate-load.js'
import type { PlannedWay } from './import-plan.js'
import type { PreparedImport, PreparedRelease, ReleaseBasis } from './prepared-import.js'
import type { ReleaseChoice } from './release-choice.js'

/**
 * What each mode for foreign keys would take, in the order in which `--fk-mode` names them; none for a
 * load that is so small that all take a moment. Needs a transaction.
 */
export async function compareWays(
  client: PostgresClient,
  { basis, release }: Pick<PreparedImport, 'basis' | 'release'>,
): Promise<readonly PlannedWay[]> {
  const { models } = basis.decided
  if (models.reduce((sum, { source }) => sum + source.bytes, 0) < MIN_BYTES) {
    return []
  }
  const ways = [
    await weighChecked(client, basis),
    weigh('rebuild', await chooseRelease(client, 'rebuild', basis)),
    weigh('deferred', await chooseRelease(client, 'deferred', basis)),
    weigh('replica', await chooseRelease(client, 'replica', basis)),
  ]
  const chosen = release?.technique ?? 'checked'
  return ways.map((way) => ({ ...way, isChosen: way.mode === chosen }))
}

type WeighedWay = Omit<PlannedWay, 'isChosen'>

/** Each group the way that was chosen for it. */
async function weighChecked(
  client: PostgresClient,
  { decided, catalog }: ReleaseBasis,
): Promise<WeighedWay> {
  const tables = decided.models.map(({ table }) => table)
  const structure = await readStructure(client, tables)
  const groups = decided.groups.map((group) => {
    const members = decided.models.filter(({ model }) => group.models.includes(model))
    return {
      problems: checkLoadWay(group, members, catalog),
      seconds: estimateLoadSeconds(group.way.technique, members, structure),
    }
  })
  const [problem] = groups.flatMap(({ problems }) => problems)
  return problem === undefined
    ? {
        mode: 'checked',
        seconds: groups.reduce((sum, { seconds }) => sum + seconds, 0),
        why: 'All constraints and indexes stay in place, and nobody is held up.',
      }
    : { mode: 'checked', seconds: null, why: problem.details.why }
}

function weigh(
  mode: PreparedRelease['technique'],
  { release, problems: [problem] }: ReleaseChoice,
): WeighedWay {
  if (problem !== undefined) {
    return { mode, seconds: null, why: problem.details.why }
  }
  const chosen = release as PreparedRelease
  return { mode, seconds: chosen.seconds, why: describeCost(chosen) }
}

function describeCost(release: PreparedRelease): string {
  if (release.technique === 'replica') {
    return 'Foreign keys are not checked but looked up afterwards, and ordinary triggers do not fire.'
  }
  const { technique, locked } = release
  const tables = locked.length === 1 ? '1 table' : `${locked.length} tables`
  const what =
    technique === 'rebuild'
      ? 'Foreign keys and indexes are dropped and made again'
      : 'Foreign keys wait until all rows are there'
  return locked.length === 0
    ? `${what}; no table is locked.`
    : `${what}; nobody else can use ${tables} until COMMIT.`
}
