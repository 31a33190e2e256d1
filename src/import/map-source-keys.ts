import { SourceKeys } from '../keys/source-keys.js'
import { readSourceKeys } from '../load/read-source-keys.js'
import { listSoughtKeys } from '../load/sought-keys.js'
import { type ImportContext, withFileProgress } from './import-context.js'

/**
 * Reads the keys of the files that references are looked up in. Of a model that is not part of the
 * import there are none.
 */
export async function mapSourceKeys(context: ImportContext): Promise<void> {
  const { models, sourceKeys, signal } = context
  for (const sought of listSoughtKeys(models)) {
    signal.throwIfAborted()
    const target = models.find(({ model }) => model === sought.model)
    if (target === undefined) {
      sourceKeys.set(sought.name, new SourceKeys([]))
      continue
    }
    const { keys } = await withFileProgress(context, 'survey', target, (report) =>
      readSourceKeys(context, target, sought, report),
    )
    sourceKeys.set(sought.name, keys)
  }
}
