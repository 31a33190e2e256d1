import { invalidOption, notConfirmed } from '../cli-error.js'
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
    verify: flag('Compare what is there with the files afterwards, as\nverify does'),
  },
  examples: [
    'npx prisma-gyro import ./export',
    'npx prisma-gyro import ./export --models Tag,Shop --remap-strategy Tag=none',
    'npx prisma-gyro import ./export --transform ./hooks.mjs',
    'npx prisma-gyro import ./export --on-bad-row reject --max-rejects 1%',
    'npx prisma-gyro import ./export --verify',
    'zcat orders.gz | npx prisma-gyro import - --models Order',
  ],

  async run(folder, options, context) {
    if (options['dry-run']) {
      const check = options['on-bad-row'] === 'reject'
      return runPlan(folder, { ...options, check }, context)
    }
    const { io, terminal } = context
    if (options.verify) expectVerifiable(folder, options['no-history'])
    const { importModels, planImport } = await import('../../index.js')
    const hooks = await readHooks({ file: options.transform, cwd: io.cwd })
    const { showProgress } = await import('../show-progress.js')
    const progress = await showProgress(terminal)
    const stop = () => {
      progress.stop()
      terminal.note(options.commit === 'chunk' ? STOPPING_CHUNKS : 'Stopping: rolling back …')
    }
    const batchName = options['batch-name']
    const done = await withTarget(options, context, async (target) => {
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
      const { onProgress } = progress
      const result = await withInterruption(io, stop, async (signal) => {
        try {
          return await importModels(target.manifest, {
            ...planOptions,
            ...(batchName === undefined ? {} : { batchName }),
            ...buildRejectOptions(options),
            onProgress,
            signal,
          })
        } finally {
          progress.stop()
        }
      })
      if (!options.verify) return { result, verification: null }
      const { verifyLoaded } = await import('../verify-loaded.js')
      const verification = await verifyLoaded(target, {
        batch: result.batch.id,
        from: folder,
        io,
        terminal,
      })
      return { result, verification }
    })
    if (done === null) {
      terminal.note('Nothing was written.')
      return ExitCode.Declined
    }
    const { result, verification } = done
    if (options.json) {
      terminal.json(verification === null ? result : { ...result, verification })
    } else {
      const { renderResult } = await import('../render-result.js')
      // Warnings were told with the progress, unless the user wanted none of that.
      const warnings = terminal.progress === null ? result.warnings : []
      terminal.data(renderResult({ ...result, warnings }, terminal.look))
      if (verification !== null) {
        const { renderVerified } = await import('../verify-loaded.js')
        terminal.data(`\n${renderVerified(verification, terminal.look)}`)
      }
    }
    const isRight = verification === null || ('ok' in verification && verification.ok)
    return result.rejects === null && isRight ? ExitCode.Ok : ExitCode.ChecksFailed
  },
})

/** @throws {GyroError} `CLI.INVALID_OPTION` where nothing will be left to compare with. */
function expectVerifiable(folder: string, isWithoutHistory: boolean): void {
  if (isWithoutHistory) {
    throw invalidOption('verify', {
      why: 'With --no-history nothing tells afterwards which rows are those of the import.',
      fix: 'Leave out --no-history or --verify.',
    })
  }
  if (folder === STDIN_ARGUMENT) {
    throw invalidOption('verify', {
      why: 'Nothing is kept of what comes from standard input.',
      fix: 'Import a folder, or leave out --verify.',
    })
  }
}
