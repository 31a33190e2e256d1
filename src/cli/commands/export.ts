import { idleOption, invalidOption, missingArgument } from '../cli-error.js'
import { type CommandContext, defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { buildFileOptions, buildSliceOptions, EXPORT_OPTIONS } from '../export-options.js'
import { withInterruption } from '../interruption.js'
import type { OptionValues } from '../options.js'
import { withTarget } from '../with-target.js'

type Options = OptionValues<typeof EXPORT_OPTIONS> & { readonly json: boolean }

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Write rows of the database into a folder of CSV files',
  description: `\
A file per model, all of them of one moment, for import to read. With --where or
--root only some rows and all that belongs to them: rows that refer to them, and
what any of these refers to. Writes nothing to the database.`,
  argument: {
    name: 'dir',
    help: 'Folder for the files: new or empty, or with\n--overwrite that of an export before',
    isOptional: true,
  },
  options: EXPORT_OPTIONS,
  examples: [
    'npx prisma-gyro export ./export',
    'npx prisma-gyro export ./acme --root Tenant=7 --dry-run',
    `npx prisma-gyro export ./paid --where "Order: status = 'PAID'" --depth 1`,
    'npx prisma-gyro export ./export --mask User.email=hash --mask User.phone=null',
    'npx prisma-gyro export --stdout Order | head',
  ],

  async run(folder, options, context) {
    expectUseful(folder, options)
    if (options.stdout !== undefined) return writeModel(options.stdout, options, context)
    return options['dry-run'] ? showPlan(folder, options, context) : run(folder, options, context)
  },
})

/** What would be without effect is not taken in silence. */
function expectUseful(folder: string, options: Options): void {
  const { stdout, overwrite, jobs, gzip, json } = options
  if (stdout === undefined) {
    if (folder === '' && !options['dry-run']) {
      throw missingArgument('dir', 'prisma-gyro export <dir> [options]')
    }
    return
  }
  if (folder !== '') {
    throw invalidOption('stdout', {
      why: 'It stands in place of a folder, and one is given.',
      fix: 'Leave out the folder, or --stdout.',
    })
  }
  if (json) {
    throw invalidOption('json', {
      why: 'Standard output is taken by the rows, which are CSV.',
      fix: 'Leave out --json, or name a folder instead of --stdout.',
    })
  }
  if (options['dry-run']) throw idleOption('dry-run', 'a folder')
  if (overwrite) throw idleOption('overwrite', 'a folder')
  if (jobs !== undefined) throw idleOption('jobs', 'several files')
  if (gzip) throw idleOption('gzip', 'the files of a folder')
}

async function run(folder: string, options: Options, context: CommandContext): Promise<ExitCode> {
  const { exportModels } = await import('../../index.js')
  const { io, terminal } = context
  const { resolve } = await import('node:path')
  const result = await withProgress(options, context, (target, { onProgress, signal }) =>
    exportModels(target.manifest, {
      ...buildSliceOptions(options),
      ...buildFileOptions(options),
      to: resolve(io.cwd, folder),
      url: target.url,
      onProgress,
      signal,
    }),
  )
  const told = { ...result, folder }
  if (options.json) {
    terminal.json(told)
    return ExitCode.Ok
  }
  const { renderExport } = await import('../render-export.js')
  // Warnings were told with the progress, unless the user wanted none of that.
  const warnings = terminal.progress === null ? result.warnings : []
  terminal.data(renderExport({ ...told, warnings }, terminal.look))
  const isEmpty = result.models.length === 0
  const next = `Load it with: npx prisma-gyro import ${folder}`
  terminal.note(`\n${isEmpty ? 'No row is what was asked for: there is nothing to load.' : next}`)
  return ExitCode.Ok
}

async function showPlan(
  folder: string,
  options: Options,
  context: CommandContext,
): Promise<ExitCode> {
  const { planExport } = await import('../../index.js')
  const { io, terminal } = context
  const { resolve } = await import('node:path')
  const { gzip, overwrite } = options
  const plan = await withProgress(options, context, (target, { onProgress, signal }) =>
    planExport(target.manifest, {
      ...buildSliceOptions(options),
      ...(folder === '' ? {} : { to: resolve(io.cwd, folder) }),
      gzip,
      overwrite,
      url: target.url,
      onProgress,
      signal,
    }),
  )
  const told = { ...plan, folder: folder === '' ? null : folder }
  if (options.json) {
    terminal.json(told)
    return ExitCode.Ok
  }
  const { renderExportPlan } = await import('../render-export.js')
  terminal.data(renderExportPlan(told, terminal.look))
  terminal.note('\nNothing was written.')
  return ExitCode.Ok
}

/** The rows go to standard output, and nothing else. */
async function writeModel(
  model: string,
  options: Options,
  context: CommandContext,
): Promise<ExitCode> {
  const { exportModel } = await import('../../index.js')
  const { writeBytes } = await import('../write-bytes.js')
  await withProgress(options, context, ({ manifest, url }, { onProgress, signal }) => {
    const asked = { ...buildSliceOptions(options), model, url, onProgress, signal }
    return writeBytes(exportModel(manifest, asked), context.io.stdout)
  })
  return ExitCode.Ok
}

type Target = Parameters<Parameters<typeof withTarget>[2]>[0]
type Watched = {
  readonly onProgress: Awaited<
    ReturnType<typeof import('../show-progress.js')['showProgress']>
  >['onProgress']
  readonly signal: AbortSignal
}

/** Shows how far it is, and lets the user stop it. */
async function withProgress<Result>(
  options: Options,
  context: CommandContext,
  work: (target: Target, watched: Watched) => Promise<Result>,
): Promise<Result> {
  const { io, terminal } = context
  const { showProgress } = await import('../show-progress.js')
  const progress = await showProgress(terminal)
  const stop = () => {
    progress.stop()
    terminal.note('Stopping …')
  }
  return withTarget(options, context, (target) =>
    withInterruption(io, stop, (signal) =>
      work(target, { onProgress: progress.onProgress, signal }).finally(() => progress.stop()),
    ),
  )
}
