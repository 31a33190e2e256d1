import { defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { BATCH_HELP, TARGET_OPTIONS } from '../target-options.js'
import { withTarget } from '../with-target.js'

export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Compare an import with its files: rows, values, references',
  description: `\
Reads the files again and compares them with what is in the database: how many
rows, the values of every column, and which rows refer to which. Changes nothing
and exits with 4 when something differs.`,
  argument: { name: 'batch', help: BATCH_HELP },
  moreArguments: [
    {
      name: 'dir',
      help: 'Folder with the files, if it has moved',
      isOptional: true,
    },
  ],
  options: TARGET_OPTIONS,
  examples: [
    'npx prisma-gyro verify last',
    'npx prisma-gyro verify 7f3a /mnt/export',
    'npx prisma-gyro verify 7f3a --json',
  ],

  async run(batch, options, context) {
    const { io, terminal, moreArguments } = context
    const [from] = moreArguments
    const { verifyImport } = await import('../../index.js')
    const { showProgress } = await import('../show-progress.js')
    const { onProgress, stop } = await showProgress(terminal)
    const onStop = () => {
      stop()
      terminal.note('Stopping …')
    }
    const result = await withTarget(options, context, ({ manifest, url }) =>
      withInterruption(io, onStop, (signal) => {
        const given = { batch, url, onProgress, signal }
        return verifyImport(manifest, from === undefined ? given : { ...given, from }).finally(stop)
      }),
    )
    if (options.json) {
      terminal.json(result)
    } else {
      const { renderVerification } = await import('../render-verification.js')
      terminal.data(renderVerification(result, terminal.look))
    }
    return result.ok ? ExitCode.Ok : ExitCode.ChecksFailed
  },
})
