import type { Manifest } from '../manifest/manifest.js'
import type { PreparedGroup, PreparedModel } from './prepared-import.js'
import { whyNotThroughClient } from './through-client.js'

/** The import as a Prisma Client is to take it. */
interface ClientImport {
  readonly groups: readonly PreparedGroup[]
  readonly models: readonly PreparedModel[]
  readonly manifest: Manifest
}

/**
 * Tells which rows a Prisma Client does not get to see. Join tables are not told: it has no delegate for
 * them, and writes them by SQL itself.
 */
export function warnOfClient({ groups, models, manifest }: ClientImport): readonly string[] {
  const known = models.filter(({ model }) => {
    const found = manifest.models.find(({ name }) => name === model)
    return found?.kind === 'model'
  })
  const together = groups.flatMap((group) => warnOfGroup(group, known))
  return [...together, ...known.flatMap((model) => warnOfColumns(model, manifest))]
}

function warnOfGroup(
  { way, models: names }: PreparedGroup,
  known: readonly PreparedModel[],
): readonly string[] {
  const models = known.filter(({ model }) => names.includes(model))
  if (way.technique === 'checked' || way.technique === 'deferred' || models.length === 0) return []
  const why = models.some(({ conflict }) => conflict !== null)
    ? 'rows may be there already, and createMany cannot tell which ones it met'
    : 'one statement has to take all rows, for references among them, triggers or policies'
  return [
    warnOf(
      models.map(({ model }) => model),
      why,
    ),
  ]
}

function warnOfColumns(model: PreparedModel, manifest: Manifest): readonly string[] {
  const why = whyNotThroughClient(model, manifest)
  return why === null ? [] : [warnOf([model.model], why)]
}

function warnOf(models: readonly string[], why: string): string {
  return `Rows of ${models.join(' and ')} do not go through the Prisma Client, whose extensions do not see them: ${why}.`
}
