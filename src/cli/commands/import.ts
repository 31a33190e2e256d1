import { defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { flag, text } from '../options.js'
import { ARGUMENT_HELP, buildPlanOptions, PLAN_OPTIONS } from '../plan-options.js'
import { withTarget } from '../with-target.js'
import { runPlan } from './plan.js'

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
    'dry-run': flag('Only show the plan'),
  },
  examples: [
    'npx prisma-gyro import ./export',
    'npx prisma-gyro import ./export --models Tag,Shop --remap-strategy Tag=none',
    'zcat orders.gz | npx prisma-gyro import - --models Order',
  ],

  async run(folder, options, context) {
    if (options['dry-run']) {
      return runPlan(folder, options, context)
    }
    const { io, terminal } = context
    const { importModels } = await import('../../index.js')
    const { showProgress } = await import('../show-progress.js')
    const progress = await showProgress(terminal)
    const stop = () => {
      progress.stop()
      terminal.note('Stopping: rolling back …')
    }
    const batchName = options['batch-name']
    const result = await withTarget(options, context, (target) =>
      withInterruption(io, stop, async (signal) => {
        try {
          return await importModels(target.manifest, {
            ...buildPlanOptions(folder, options, { ...target, stdin: io.stdin }),
            ...(batchName === undefined ? {} : { batchName }),
            onProgress: progress.onProgress,
            signal,
          })
        } finally {
          progress.stop()
        }
      }),
    )
    if (options.json) {
      terminal.json(result)
    } else {
      const { renderResult } = await import('../render-result.js')
      // Warnings were told with the progress, unless the user wanted none of that.
      const warnings = terminal.progress === null ? result.warnings : []
      terminal.data(renderResult({ ...result, warnings }, terminal.look))
    }
    return ExitCode.Ok
  },
})
