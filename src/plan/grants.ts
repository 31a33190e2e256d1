import type { GyroError } from '../error/gyro-error.js'
import { grantTo, type MissingPrivilege, missingPrivileges } from './plan-error.js'

/**
 * The statements that give a role everything it was found to lack: one for each object, in the order
 * in which they were found.
 */
export function collectGrants(problems: readonly GyroError[], role: string): readonly string[] {
  const byObject = new Map<string, Set<string>>()
  for (const { privilege, on } of problems.filter(isMissingPrivilege).map(readMeta)) {
    const known = byObject.get(on) ?? []
    byObject.set(on, new Set([...known, ...privilege.split(', ')]))
  }
  return [...byObject].map(([on, privileges]) => grantTo(role, [...privileges].join(', '), on))
}

/** Puts all that a role lacks into one problem, at the place of the first. */
export function joinMissingPrivileges(
  problems: readonly GyroError[],
  role: string,
): readonly GyroError[] {
  const missing = problems.filter(isMissingPrivilege)
  if (missing.length < 2) {
    return problems
  }
  const found = missing.map(readMeta)
  const models = [...new Set(found.map(({ model }) => model))]
  const joined = missingPrivileges(role, models, {
    reasons: [...new Set(found.map((each) => `${each.privilege} ${each.for}`))],
    grants: collectGrants(missing, role),
  })
  const [first] = missing
  return problems.flatMap((problem) => {
    if (problem === first) return [joined]
    return isMissingPrivilege(problem) ? [] : [problem]
  })
}

function isMissingPrivilege({ code }: GyroError): boolean {
  return code === 'PLAN.MISSING_PRIVILEGE'
}

/** What `missingPrivilege` put there. */
function readMeta({ details }: GyroError): MissingPrivilege & { readonly model: string } {
  return details.meta as unknown as MissingPrivilege & { readonly model: string }
}
