import { type CommandContext, defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { withInterruption } from '../interruption.js'
import type { OptionValues } from '../options.js'
import { ARGUMENT_HELP, buildPlanOptions, PLAN_OPTIONS, STDIN_ARGUMENT } from '../plan-options.js'
import { withTarget } from '../with-target.js'

export const planCommand = defineCommand({
  name: 'plan',
  summary: 'Show what an import would do, and why',
  description: `\
Reads the headers of the files and the catalog of the database; writes nothing.
Exits with 2 when something has to be cured first.`,
  argument: { name: 'dir', help: ARGUMENT_HELP },
  options: PLAN_OPTIONS,
  examples: ['npx prisma-gyro plan ./export', 'npx prisma-gyro plan ./export --json'],
  run: runPlan,
})

/** Plans and shows the plan; `import --dry-run` is the same. */
export async function runPlan(
  folder: string,
  options: OptionValues<typeof PLAN_OPTIONS> & { readonly json: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { planImport } = await import('../../index.js')
  const { io, terminal } = context
  const stop = () => terminal.note('Stopping …')
  // Until there is a target, a signal ends the program: an embedded PostgreSQL stops by itself then.
  const plan = await withTarget(options, context, (target) =>
    withInterruption(io, stop, (signal) =>
      planImport(target.manifest, {
        ...buildPlanOptions(folder, options, { ...target, stdin: io.stdin }),
        signal,
      }),
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
  terminal.note(`\nNothing was written. Load it with: prisma-gyro import ${folder}`)
  return ExitCode.Ok
}
