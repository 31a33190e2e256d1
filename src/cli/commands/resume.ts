import { defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { text } from '../options.js'
import { PLAN_OPTIONS } from '../plan-options.js'
import { withTarget } from '../with-target.js'
import { STOPPING_CHUNKS } from './import.js'

export const resumeCommand = defineCommand({
  name: 'resume',
  summary: 'Go on with an import that commits in chunks and stopped',
  description: `\
Loads the rows that are not there yet, from the one behind the last chunk that
is committed, with the keys and options of the import. Files must be the same.`,
  argument: { name: 'batch', help: 'Id of the batch, or the beginning of it' },
  options: {
    url: PLAN_OPTIONS.url,
    embedded: PLAN_OPTIONS.embedded,
    config: PLAN_OPTIONS.config,
    manifest: PLAN_OPTIONS.manifest,
    from: text('<dir>', 'Folder with the files, if it has moved'),
  },
  examples: ['npx prisma-gyro resume 7f3a', 'npx prisma-gyro resume 7f3a --from /mnt/export'],

  async run(batch, options, context) {
    const { io, terminal } = context
    const { from } = options
    const { resumeImport } = await import('../../index.js')
    const { showProgress } = await import('../show-progress.js')
    const progress = await showProgress(terminal)
    const stop = () => {
      progress.stop()
      terminal.note(STOPPING_CHUNKS)
    }
    const result = await withTarget(options, context, ({ manifest, url }) =>
      withInterruption(io, stop, async (signal) => {
        const { onProgress } = progress
        const given = { batch, url, onProgress, signal, ...(from === undefined ? {} : { from }) }
        try {
          return await resumeImport(manifest, given)
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
    return result.rejects === null ? ExitCode.Ok : ExitCode.ChecksFailed
  },
})
