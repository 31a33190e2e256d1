import { listRowProblems } from '../check/list-row-problems.js'
import { buildErrorReport } from '../error/error-report.js'
import { asGyroError } from '../error/gyro-error.js'
import { lookAtHistory } from '../history/open-history.js'
import { LateRejections } from '../hooks/late-rejections.js'
import type { Manifest } from '../manifest/manifest.js'
import { compareWays } from '../plan/compare-ways.js'
import { describePlan } from '../plan/describe-plan.js'
import type { ImportPlan } from '../plan/import-plan.js'
import { prepareImport } from '../plan/prepare-import.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { translateFailure } from '../postgres/postgres-error.js'
import { buildRequest } from './build-request.js'
import { checkFiles } from './check-files.js'
import { interrupted } from './import-error.js'
import { withTarget } from './import-target.js'
import { explainUnkept } from './keep-history.js'
import { addChunks } from './plan-chunks.js'
import type { PlanOptions } from './plan-options.js'
import { type ResolvedImportOptions, resolveImportOptions } from './resolve-import-options.js'
import { resolveTarget, schemaOf } from './resolve-target.js'
import { withDiscovery } from './with-discovery.js'
import { withHooks } from './with-hooks.js'

const NO_HOOKS: ResolvedImportOptions['hooks'] = new Map()

/**
 * Works out what an import would do. Reads file headers and the database's catalog; writes nothing.
 * Models are ordered so that a row is loaded after every row it refers to, ties by name: the same
 * folder gives the same plan. What stands against the import is in `problems`.
 *
 * @throws {GyroError} `IMPORT.INTERRUPTED`, `SOURCE.FOLDER_NOT_FOUND`, `SOURCE.EMPTY_FOLDER`, `POSTGRES.*`, `PROJECT.*`,
 * `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`: when there is nothing to plan.
 * @example
 * const plan = await planImport(manifest, { from: './export' })
 * plan.models.map(({ model }) => model) // ['Tenant', 'Shop', 'Customer', 'Order']
 */
export async function planImport(manifest: Manifest, options: PlanOptions): Promise<ImportPlan> {
  const asked = resolveImportOptions(manifest, options)
  const late = new LateRejections(asked.signal)
  const resolved = { ...asked, signal: late.signal }
  const choice = await resolveTarget(options)
  // Without a look at all rows, hooks have nothing to say.
  const hooks = resolved.check ? resolved.hooks : NO_HOOKS
  const unkept = explainUnkept(resolved.keepsHistory, choice.kind)
  const hooking = { manifest, schema: schemaOf(choice), hooks, collects: true, late }
  try {
    return await withDiscovery(resolved, manifest, (found) =>
      withHooks(found, { ...resolved, ...hooking }, (discovery) =>
        // What the role may do is tried, in savepoints.
        withTarget(choice, {}, async (client, target) => {
          resolved.onProgress({ type: 'phase', phase: 'plan' })
          const request = buildRequest({ ...resolved, manifest, discovery, target })
          const prepared = await prepareImport(client, request)
          const ways = await compareWays(client, prepared)
          const described = describePlan(prepared, { target: target.name, ways })
          const plan = await addHistory(client, described, { ...resolved, ...prepared, unkept })
          return resolved.check
            ? addRowProblems(client, { plan, prepared, ...resolved })
            : { ...plan, warnings: [...plan.warnings, ...warnOfHooks(resolved)] }
        }),
      ),
    )
  } catch (error) {
    throw resolved.signal.aborted ? (late.error ?? interrupted()) : translateFailure(error)
  }
}

/** Rows that hooks change or reject are not those of the files. */
function warnOfHooks({ hooks }: Pick<ResolvedImportOptions, 'hooks'>): readonly string[] {
  const names = [...hooks.keys()].join(', ')
  const warning = `Hooks of ${names} are not run: a plan runs them with check (--check) only.`
  return hooks.size === 0 ? [] : [warning]
}

/** Tells whether the import would be kept in a history. */
async function addHistory(
  client: PostgresClient,
  plan: ImportPlan,
  request: Pick<ResolvedImportOptions, 'commit' | 'batchSize'> &
    PreparedImport & { readonly unkept: string | null },
): Promise<ImportPlan> {
  const { unkept, commit, batchSize, server } = request
  if (unkept !== null) return { ...plan, warnings: [...plan.warnings, unkept] }
  try {
    const { isOpen, warnings } = await lookAtHistory(client, server)
    if (commit === 'chunk') {
      return addChunks(plan, request, { batchSize, withoutHistory: isOpen ? null : warnings })
    }
    return { ...plan, warnings: [...plan.warnings, ...warnings] }
  } catch (error) {
    return { ...plan, problems: [...plan.problems, buildErrorReport(asGyroError(error))] }
  }
}

/** Looks at all rows; what stands against reading a file to its end is a problem of the plan. */
async function addRowProblems(
  client: PostgresClient,
  {
    plan,
    prepared,
    onProgress,
    signal,
  }: {
    readonly plan: ImportPlan
    readonly prepared: PreparedImport
  } & Pick<ResolvedImportOptions, 'onProgress' | 'signal'>,
): Promise<ImportPlan> {
  const check = await checkFiles(client, prepared, { onProgress, signal })
  return {
    ...plan,
    problems: [...plan.problems, ...check.unreadable.map(buildErrorReport)],
    rowProblems: await listRowProblems(check, signal),
  }
}
