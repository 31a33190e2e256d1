import type { Manifest } from '../manifest/manifest.js'
import type { PreparedModel } from './prepared-import.js'

/**
 * Why the rows of a model do not go through a Prisma Client, as far as its columns are against that.
 *
 * @returns The reason, such as `the Client does not know area`; null where nothing is against it, and for
 * a join table, which has no delegate.
 */
export function whyNotThroughClient(
  { model, columns }: PreparedModel,
  manifest: Manifest,
): string | null {
  const found = manifest.models.find(({ name }) => name === model)
  const sent = columns.filter(({ role }) => role.kind !== 'drop')
  const hidden = sent.filter(({ column }) =>
    found?.columns.some((each) => each.column === column && each.isHidden),
  )
  if (hidden.length > 0) {
    return `the Client does not know ${hidden.map(({ field }) => field).join(' and ')}`
  }
  const always = sent.find(({ isAlwaysIdentity }) => isAlwaysIdentity)
  return always === undefined
    ? null
    : `${always.field} is generated always, for which createMany gives no value of its own`
}
