import { notConfirmed } from '../cli-error.js'
import { defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { flag, text } from '../options.js'
import { ARGUMENT_HELP, buildPlanOptions, PLAN_OPTIONS, STDIN_ARGUMENT } from '../plan-options.js'
import { readHooks } from '../read-hooks.js'
import { buildRejectOptions, REJECT_OPTIONS } from '../reject-options.js'
import { withTarget } from '../with-target.js'
import { runPlan } from './plan.js'

/** What is said where an import is stopped whose rows are committed as they come. */
export const STOPPING_CHUNKS = 'Stopping: what is committed stays …'

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Load a folder of CSV files, all or nothing',
  description: `\
Every row gets a new key, every reference follows, in one transaction through
COPY. Ctrl-C undoes it. With - the rows of one model come from standard input.`,
  argument: { name: 'dir', help: ARGUMENT_HELP },
  options: {
    ...PLAN_OPTIONS,
    'batch-name': text('<name>', 'Name of the batch; default: the name of the folder'),
    ...REJECT_OPTIONS,
    'dry-run': flag('Only show the plan'),
    yes: flag('Do not ask before --truncate empties tables'),
  },
  examples: [
    'npx prisma-gyro import ./export',
    'npx prisma-gyro import ./export --models Tag,Shop --remap-strategy Tag=none',
    'npx prisma-gyro import ./export --transform ./hooks.mjs',
    'npx prisma-gyro import ./export --on-bad-row reject --max-rejects 1%',
    'zcat orders.gz | npx prisma-gyro import - --models Order',
  ],

  async run(folder, options, context) {
    if (options['dry-run']) {
      const check = options['on-bad-row'] === 'reject'
      return runPlan(folder, { ...options, check }, context)
    }
    const { io, terminal } = context
    const { importModels, planImport } = await import('../../index.js')
    const hooks = await readHooks({ file: options.transform, cwd: io.cwd })
    const { showProgress } = await import('../show-progress.js')
    const progress = await showProgress(terminal)
    const stop = () => {
      progress.stop()
      terminal.note(options.commit === 'chunk' ? STOPPING_CHUNKS : 'Stopping: rolling back …')
    }
    const batchName = options['batch-name']
    const result = await withTarget(options, context, async (target) => {
      const planOptions = {
        ...buildPlanOptions(folder, options, { ...target, stdin: io.stdin }),
        ...hooks,
      }
      if (options.truncate && !options.yes) {
        const { confirmTruncation } = await import('../confirm-truncation.js')
        // Rows that come from standard input leave no room for an answer.
        if (folder === STDIN_ARGUMENT) throw notConfirmed()
        const mayGoOn = await confirmTruncation(io, () => planImport(target.manifest, planOptions))
        if (!mayGoOn) return null
      }
      return withInterruption(io, stop, async (signal) => {
        try {
          return await importModels(target.manifest, {
            ...planOptions,
            ...(batchName === undefined ? {} : { batchName }),
            ...buildRejectOptions(options),
            onProgress: progress.onProgress,
            signal,
          })
        } finally {
          progress.stop()
        }
      })
    })
    if (result === null) {
      terminal.note('Nothing was written.')
      return ExitCode.Declined
    }
    if (options.json) {
      terminal.json(result)
    } else {
      const { renderResult } = await import('../render-result.js')
      // Warnings were told with the progress, unless the user wanted none of that.
      const warnings = terminal.progress === null ? result.warnings : []
      terminal.data(renderResult({ ...result, warnings }, terminal.look))
    }
    return result.rejects === null ? ExitCode.Ok : ExitCode.ChecksFailed
  },
})
