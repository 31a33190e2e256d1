import type { ManifestModel } from '../manifest/manifest.js'

/** What no file may hold on Windows, or would lead somewhere else. */
const UNSAFE = /[/\\:*?"<>|\u0000-\u001f]|^\.|[. ]$/

/** Names that mean a device on Windows, whatever stands behind their first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * The name of the file of each model, which an import finds to be that of the model. No two differ in case
 * only: some file systems would take them for one.
 */
export function chooseFileNames(
  models: readonly Pick<ManifestModel, 'name' | 'files'>[],
  { gzip }: { readonly gzip: boolean },
): ReadonlyMap<string, string> {
  const ending = gzip ? '.csv.gz' : '.csv'
  const taken = new Set<string>()
  const names = new Map<string, string>()
  for (const { name, files } of models) {
    const safe = files.filter((file) => !UNSAFE.test(file) && !DEVICE.test(file))
    // The number of a part belongs to no name.
    const candidates = [...safe, ...safe.map((file) => `${file}.1`), name]
    const stem = candidates.find((each) => !taken.has(each.toLowerCase())) ?? name
    taken.add(stem.toLowerCase())
    names.set(name, `${stem}${ending}`)
  }
  return names
}
