import type { Manifest } from '../../index.js'
import { idleOption, invalidOption } from '../cli-error.js'
import { type CommandContext, defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { wholeNumber } from '../number-options.js'
import { flag, type OptionValues, text } from '../options.js'
import { BATCH_HELP, TARGET_OPTIONS } from '../target-options.js'
import { withTarget } from '../with-target.js'

const OPTIONS = {
  ...TARGET_OPTIONS,
  limit: wholeNumber('<n>', 'Imports in the list; default: 20'),
  'id-map': text(
    '<Model>',
    'All keys of the model in the files and in the\ndatabase, as CSV: source_key,target_key',
  ),
  out: text('<file>', 'Write the keys there instead of to standard output'),
  overwrite: flag('Write over the file that is there'),
}

type HistoryOptions = OptionValues<typeof OPTIONS> & { readonly json: boolean }

export const historyCommand = defineCommand({
  name: 'history',
  summary: 'List past imports, or show all about one',
  description: `\
The newest comes first. With a batch: its options, files, models, keys and what
happened to it. Writes nothing to the database.`,
  argument: { name: 'batch', help: BATCH_HELP, isOptional: true },
  options: OPTIONS,
  examples: [
    'npx prisma-gyro history',
    'npx prisma-gyro history 7f3a',
    'npx prisma-gyro history 7f3a --id-map Order --out orders.csv',
  ],

  async run(batch, options, context) {
    expectUseful(batch, options)
    return withTarget(options, context, async ({ manifest, url }) => {
      if (batch === '') return showList(url, options, context)
      const model = options['id-map']
      return model === undefined
        ? showDetails(batch, { url, json: options.json }, context)
        : writeKeys({ manifest, batch, model, url }, options, context)
    })
  },
})

/** What would be without effect is not taken in silence. */
function expectUseful(batch: string, options: HistoryOptions): void {
  const { limit, out, overwrite } = options
  const model = options['id-map']
  if (batch === '' && model !== undefined) throw idleOption('id-map', 'one batch: history <batch>')
  if (batch !== '' && limit !== undefined) throw idleOption('limit', 'the list of all batches')
  if (out !== undefined && model === undefined) throw idleOption('out', 'the keys of --id-map')
  if (overwrite && out === undefined) throw idleOption('overwrite', 'the file of --out')
  if (options.json && model !== undefined && out === undefined) {
    throw invalidOption('json', {
      why: 'Standard output is taken by the keys, which are CSV.',
      fix: 'Leave out --json, or send the keys to a file with --out <file>.',
    })
  }
}

async function showList(
  url: string,
  { limit = 20, json }: HistoryOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { importHistory } = await import('../../index.js')
  // One more, to know whether there are more.
  const { exists, imports } = await importHistory({ url, limit: limit + 1 })
  const shown = imports.slice(0, limit)
  if (json) {
    terminal.json(shown)
    return ExitCode.Ok
  }
  if (shown.length === 0) {
    terminal.data(exists ? NO_IMPORTS : NO_HISTORY)
    return ExitCode.Ok
  }
  const { renderHistory } = await import('../render-history.js')
  terminal.data(renderHistory(shown, terminal.look))
  terminal.note('\nMore about one with: prisma-gyro history <batch>')
  if (imports.length > limit) terminal.note(`Older ones with: --limit ${limit * 5}`)
  return ExitCode.Ok
}

const NO_IMPORTS = 'The history holds no import yet.'
const NO_HISTORY =
  'The database has no history: nothing was imported into it with one. The first import creates it.'

async function showDetails(
  batch: string,
  { url, json }: { readonly url: string; readonly json: boolean },
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { importDetails } = await import('../../index.js')
  const details = await importDetails({ batch, url })
  if (json) {
    terminal.json(details)
  } else {
    const { renderDetails } = await import('../render-details.js')
    terminal.data(renderDetails(details, terminal.look))
  }
  return ExitCode.Ok
}

async function writeKeys(
  question: {
    readonly manifest: Manifest
    readonly batch: string
    readonly model: string
    readonly url: string
  },
  { out, overwrite, json }: HistoryOptions,
  { io, terminal }: CommandContext,
): Promise<ExitCode> {
  const { readKeyMap } = await import('../../index.js')
  const { renderKeyRows } = await import('../render-key-rows.js')
  const { writeText } = await import('../write-text.js')
  const { manifest, ...options } = question
  const rows = renderKeyRows(readKeyMap(manifest, options))
  if (out === undefined) {
    await writeText(rows.text, io.stdout)
    return ExitCode.Ok
  }
  const { writeFile } = await import('../write-file.js')
  const { resolve } = await import('node:path')
  const isDone = await withInterruption(
    io,
    () => terminal.note('Stopping …'),
    async (signal) => {
      const file = { name: out, overwrite, signal }
      await writeFile(resolve(io.cwd, out), rows.text, file).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
      return !signal.aborted
    },
  )
  if (!isDone) {
    terminal.note('Nothing was written.')
    return ExitCode.Declined
  }
  const { formatNumberOf } = await import('../quantity.js')
  if (json) {
    terminal.json({ batch: options.batch, model: options.model, file: out, rows: rows.count() })
  } else {
    terminal.note(`Wrote ${formatNumberOf(rows.count(), 'key')} of ${options.model} to ${out}.`)
  }
  return ExitCode.Ok
}
