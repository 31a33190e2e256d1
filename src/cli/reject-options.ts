import type { ImportOptions } from '../index.js'
import { choice } from './choice-option.js'
import { flag, type OptionDefinitions, type OptionValues, text } from './options.js'

/** Options that say what becomes of rows that cannot be loaded. */
export const REJECT_OPTIONS = {
  'on-bad-row': choice(
    '<what>',
    'fail (the default): nothing is written; reject: put\nsuch rows, and those that refer to them, into files\nwith the reason, and load the others',
    ['fail', 'reject'] as const,
  ),
  'max-rejects': text(
    '<n|n%>',
    'Fail where more rows are rejected: a number, or a\nshare of all rows; default: no limit',
  ),
  rejects: text(
    '<dir>',
    'Folder for rejected rows; default: rejects/<batch>,\nwith a number behind it where that is there',
  ),
  'safe-cells': flag('Put an apostrophe in front of rejected cells that a\nspreadsheet would run'),
} satisfies OptionDefinitions

/** The options of the library that the command line says. */
export function buildRejectOptions(
  options: OptionValues<typeof REJECT_OPTIONS>,
): Partial<ImportOptions> {
  const { rejects } = options
  const onBadRow = options['on-bad-row']
  const maxRejects = options['max-rejects']
  return {
    ...(onBadRow === undefined ? {} : { onBadRow }),
    ...(maxRejects === undefined ? {} : { maxRejects }),
    ...(rejects === undefined ? {} : { rejects }),
    ...(options['safe-cells'] ? { safeCells: true } : {}),
  }
}
