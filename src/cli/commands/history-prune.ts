import type { PruneResult } from '../../index.js'
import { missingOption, pruningNotConfirmed } from '../cli-error.js'
import { defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { age } from '../number-options.js'
import { flag } from '../options.js'
import { TARGET_OPTIONS } from '../target-options.js'
import type { Terminal } from '../terminal.js'
import { withTarget } from '../with-target.js'

export const historyPruneCommand = defineCommand({
  name: 'history prune',
  summary: 'Drop keys and before-images of old imports',
  description: `\
The imports stay in the history with their files and models; their keys cannot
be looked up and they cannot be rolled back any more.`,
  argument: null,
  options: {
    ...TARGET_OPTIONS,
    'older-than': age('<age>', 'Imports that ended longer ago: 12h, 90d or 4w'),
    'dry-run': flag('Only show what would be dropped'),
    yes: flag('Do not ask'),
  },
  examples: [
    'npx prisma-gyro history prune --older-than 90d --dry-run',
    'npx prisma-gyro history prune --older-than 4w --yes',
  ],

  async run(_, options, context) {
    const { io, terminal } = context
    const { yes, json } = options
    const olderThan = options['older-than']
    if (olderThan === undefined) throw missingOption('older-than', '90d')
    const isDry = options['dry-run']
    if (!isDry && !yes && !io.stdin.isTTY) throw pruningNotConfirmed(olderThan)
    const { pruneHistory } = await import('../../index.js')
    return withTarget(options, context, async ({ url }) => {
      if (!isDry && !yes) {
        const wouldBe = await pruneHistory({ olderThan, dryRun: true, url })
        if (wouldBe.batches.length === 0) return show(wouldBe, { terminal, json })
        const { renderPruning } = await import('../render-pruning.js')
        const { mayGoOn } = await import('../may-go-on.js')
        io.stderr.write(`${renderPruning(wouldBe, terminal.progressLook)}\n\n`)
        if (!(await mayGoOn(io))) {
          terminal.note('Nothing was dropped.')
          return ExitCode.Declined
        }
      }
      return show(await pruneHistory({ olderThan, dryRun: isDry, url }), { terminal, json })
    })
  },
})

async function show(
  result: PruneResult,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): Promise<ExitCode> {
  if (json) {
    terminal.json(result)
  } else {
    const { renderPruning } = await import('../render-pruning.js')
    terminal.data(renderPruning(result, terminal.look))
  }
  if (result.dryRun && result.batches.length > 0) terminal.note('\nNothing was dropped.')
  return ExitCode.Ok
}
