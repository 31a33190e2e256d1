import type { PlanOptions } from '../index.js'
import { choice } from './choice-option.js'
import type { OptionDefinitions, OptionValues } from './options.js'
import { wholeNumber } from './whole-number-option.js'

/** Options that say how rows are committed. */
export const COMMIT_OPTIONS = {
  commit: choice(
    '<when>',
    'once (the default): all rows or none; chunk: as they\ncome, to go on with resume or undo with rollback',
    ['once', 'chunk'] as const,
  ),
  'batch-size': wholeNumber('<rows>', 'Rows of a chunk; default: 100000'),
} satisfies OptionDefinitions

/** The options of the library that the command line says. */
export function buildCommitOptions(
  options: OptionValues<typeof COMMIT_OPTIONS>,
): Pick<PlanOptions, 'commit' | 'batchSize'> {
  const { commit } = options
  const batchSize = options['batch-size']
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(batchSize === undefined ? {} : { batchSize }),
  }
}
