import type { RollbackPlan, RollbackPlanOptions } from '../../index.js'
import { rollbackNotConfirmed } from '../cli-error.js'
import { type CommandContext, defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { flag } from '../options.js'
import { PLAN_OPTIONS } from '../plan-options.js'
import { shortBatchId } from '../short-batch-id.js'
import { type Target, withTarget } from '../with-target.js'

export const rollbackCommand = defineCommand({
  name: 'rollback',
  summary: 'Undo an import: delete its rows, restore what it updated',
  description: `\
Deletes exactly the rows that the import has loaded and gives back to those that
it has updated what they held, in one transaction. Refuses where others refer to
the rows or have changed them since.`,
  argument: {
    name: 'batch',
    help: 'Id of the batch, the beginning of it, or last for\nthe newest one',
  },
  options: {
    url: PLAN_OPTIONS.url,
    embedded: PLAN_OPTIONS.embedded,
    config: PLAN_OPTIONS.config,
    manifest: PLAN_OPTIONS.manifest,
    force: flag('Also rows that were changed since the import'),
    cascade: flag('Also rows of others that refer to those of the\nbatch'),
    'allow-remote': flag('On a server elsewhere'),
    'dry-run': flag('Only show what would be deleted and restored'),
    yes: flag('Do not ask'),
  },
  examples: [
    'npx prisma-gyro rollback 7f3a --dry-run',
    'npx prisma-gyro rollback 7f3a',
    'npx prisma-gyro rollback last --cascade --yes',
  ],

  async run(batch, options, context) {
    const { io, terminal } = context
    if (!options['dry-run'] && !options.yes && !io.stdin.isTTY) {
      throw rollbackNotConfirmed(batch)
    }
    const { force, cascade, yes } = options
    return withTarget(options, context, async (target) => {
      const given = { batch, force, cascade, allowRemote: options['allow-remote'] }
      if (yes && !options['dry-run']) {
        return runRollback(target, given, { ...context, isJson: options.json })
      }
      const plan = await readPlan(target, given, context)
      if (options['dry-run'] || plan.problems.length > 0) {
        return showPlan(plan, options, context)
      }
      const { renderRollbackPlan } = await import('../render-rollback.js')
      const { mayGoOn } = await import('../may-go-on.js')
      io.stderr.write(`${renderRollbackPlan(plan, terminal.progressLook)}\n\n`)
      if (!(await mayGoOn(io))) {
        terminal.note('Nothing was written.')
        return ExitCode.Declined
      }
      const agreed = { ...given, batch: plan.batch.id }
      return runRollback(target, agreed, { ...context, isJson: options.json })
    })
  },
})

interface RollbackContext extends CommandContext {
  readonly isJson: boolean
}

async function readPlan(
  { manifest, url }: Target,
  given: RollbackPlanOptions,
  { io, terminal }: CommandContext,
): Promise<RollbackPlan> {
  const { planRollback } = await import('../../index.js')
  const stop = () => terminal.note('Stopping …')
  return withInterruption(io, stop, (signal) => planRollback(manifest, { ...given, url, signal }))
}

async function showPlan(
  plan: RollbackPlan,
  {
    json,
    force,
    cascade,
  }: { readonly json: boolean; readonly force: boolean; readonly cascade: boolean },
  { terminal }: CommandContext,
): Promise<ExitCode> {
  if (json) {
    terminal.json(plan)
  } else {
    const { renderRollbackPlan } = await import('../render-rollback.js')
    terminal.data(renderRollbackPlan(plan, terminal.look))
  }
  if (plan.problems.length > 0) {
    return ExitCode.CouldNotRun
  }
  const flags = `${force ? ' --force' : ''}${cascade ? ' --cascade' : ''}`
  const command = `npx prisma-gyro rollback ${shortBatchId(plan.batch.id)}${flags}`
  terminal.note(`\nNothing was written. Do it with: ${command}`)
  return ExitCode.Ok
}

async function runRollback(
  { manifest, url }: Target,
  given: RollbackPlanOptions,
  { io, terminal, isJson }: RollbackContext,
): Promise<ExitCode> {
  const { rollbackImport } = await import('../../index.js')
  const { showProgress } = await import('../show-progress.js')
  const { onProgress, stop } = await showProgress(terminal)
  const onStop = () => {
    stop()
    terminal.note('Stopping: nothing will be written …')
  }
  const result = await withInterruption(io, onStop, async (signal) => {
    try {
      return await rollbackImport(manifest, { ...given, url, signal, onProgress })
    } finally {
      stop()
    }
  })
  if (isJson) {
    terminal.json(result)
  } else {
    const { renderRollback } = await import('../render-rollback.js')
    // Warnings were told with the progress, unless the user wanted none of that.
    const warnings = terminal.progress === null ? result.warnings : []
    terminal.data(renderRollback({ ...result, warnings }, terminal.look))
  }
  return ExitCode.Ok
}
