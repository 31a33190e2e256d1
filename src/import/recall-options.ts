import type { IdRemappingStrategy } from '../keys/id-remapping-strategy.js'
import type { Manifest } from '../manifest/manifest.js'
import type { ImportOptions } from './import-options.js'
import { type ResolvedImportOptions, resolveImportOptions } from './resolve-import-options.js'
import type { ResolvedResumeOptions } from './resume-options.js'

/**
 * The options of an import, from what `describeOptions` told the history. A strategy of the user is not
 * called again: all that it mapped is known.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, where another version of the tool wrote them.
 */
export function recallOptions(
  manifest: Manifest,
  recorded: Readonly<Record<string, unknown>>,
  { from, onProgress, signal }: Omit<ResolvedResumeOptions, 'batch'>,
): ResolvedImportOptions {
  // Every one of them is checked.
  const { strategy, ...options } = recorded as ImportOptions & Record<string, unknown>
  return resolveImportOptions(manifest, {
    ...options,
    ...(strategy === undefined ? {} : { strategy: recallStrategy(strategy) }),
    ...(from === null ? {} : { from }),
    onProgress,
    signal,
  })
}

function recallStrategy(
  strategy: NonNullable<ImportOptions['strategy']>,
): NonNullable<ImportOptions['strategy']> {
  if (typeof strategy === 'string') return strategy
  const named = Object.entries(strategy).map(([model, own]) => [
    model,
    typeof own === 'object' ? mapped(own) : own,
  ])
  return Object.fromEntries(named)
}

function mapped(own: object): IdRemappingStrategy {
  const name = 'custom' in own ? String(own.custom) : 'custom'
  return {
    name,
    mapKeys: () => {
      throw new Error('The keys of a resumed import are in its history')
    },
  }
}
