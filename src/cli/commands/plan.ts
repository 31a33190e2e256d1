import { isDeepStrictEqual } from 'node:util'
import { type CommandContext, defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import { flag, type OptionValues, parseArguments } from '../options.js'
import { ARGUMENT_HELP, buildPlanOptions, PLAN_OPTIONS, STDIN_ARGUMENT } from '../plan-options.js'
import { readHooks } from '../read-hooks.js'
import { withTarget } from '../with-target.js'

export const planCommand = defineCommand({
  name: 'plan',
  summary: 'Show what an import would do, and why',
  description: `\
Reads the headers of the files and the catalog of the database; writes nothing.
Exits with 2 when something has to be cured first, with 4 when only rows do.`,
  argument: { name: 'dir', help: ARGUMENT_HELP },
  options: {
    ...PLAN_OPTIONS,
    check: flag('Read all rows too, and tell which cannot be loaded'),
  },
  examples: [
    'npx prisma-gyro plan ./export',
    'npx prisma-gyro plan ./export --json',
    'npx prisma-gyro plan ./export --check',
  ],
  run: runPlan,
})

/** Plans and shows the plan; `import --dry-run` is the same. */
export async function runPlan(
  folder: string,
  options: OptionValues<typeof PLAN_OPTIONS> & { readonly json: boolean; readonly check?: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { planImport } = await import('../../index.js')
  const { io, terminal } = context
  const { showProgress } = await import('../show-progress.js')
  const hooks = await readHooks({ file: options.transform, cwd: io.cwd })
  const progress = await showProgress(terminal)
  const stop = () => {
    progress.stop()
    terminal.note('Stopping …')
  }
  // Until there is a target, a signal ends the program: an embedded PostgreSQL stops by itself then.
  const plan = await withTarget(options, context, (target) =>
    withInterruption(io, stop, (signal) =>
      planImport(target.manifest, {
        ...buildPlanOptions(folder, options, { ...target, stdin: io.stdin }),
        ...hooks,
        check: options.check ?? false,
        onProgress: progress.onProgress,
        signal,
      }).finally(() => progress.stop()),
    ),
  )
  if (options.json) {
    terminal.json(plan)
  } else {
    const { renderPlan } = await import('../render-plan.js')
    terminal.data(renderPlan(plan, folder === STDIN_ARGUMENT ? 'stdin' : folder, terminal.look))
  }
  if (plan.problems.length > 0) {
    return ExitCode.CouldNotRun
  }
  // Without them another import would run, such as one that leaves out the hooks.
  const others = saysMore(options) ? ', with the same options' : ''
  if ((plan.rowProblems?.total ?? 0) > 0) {
    const rejecting = `import ${folder} --on-bad-row reject`
    terminal.note(
      `\nNothing was written.\nLoad the other rows with: npx prisma-gyro ${rejecting}${others}`,
    )
    return ExitCode.ChecksFailed
  }
  terminal.note(`\nNothing was written.\nLoad it with: npx prisma-gyro import ${folder}${others}`)
  return ExitCode.Ok
}

/** Whether anything was said that the import has to be told too. */
function saysMore(options: OptionValues<typeof PLAN_OPTIONS>): boolean {
  const defaults = parseArguments([], PLAN_OPTIONS, { command: '', usage: '' }).options
  return Object.keys(PLAN_OPTIONS).some(
    (name) => !isDeepStrictEqual(Reflect.get(options, name), Reflect.get(defaults, name)),
  )
}
