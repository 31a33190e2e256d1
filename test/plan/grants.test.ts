import { describe, expect, it } from '@jest/globals'
import { collectGrants, joinMissingPrivileges } from '../../src/plan/grants.js'
import { cannotLock, missingPrivilege } from '../../src/plan/plan-error.js'

const ORDER = { model: 'Order', table: { schema: 'public', table: 'Order' }, file: 'Order.csv' }
const NOTE = { model: 'Note', table: { schema: 'public', table: 'Note' }, file: 'Note.csv' }

const REACH = { privilege: 'usage', on: 'schema "public"', for: 'to reach the table' }
const INSERT = { privilege: 'insert', on: 'table "public"."Order"', for: 'to load rows' }
const FILL = { ...INSERT, privilege: 'select, insert, update', for: 'to fill in references' }

const PROBLEMS = [
  cannotLock(NOTE),
  missingPrivilege(ORDER, 'joe "x"', REACH),
  missingPrivilege(ORDER, 'joe "x"', INSERT),
  cannotLock(ORDER),
  missingPrivilege(NOTE, 'joe "x"', REACH),
  missingPrivilege(ORDER, 'joe "x"', FILL),
]

const GRANTS = [
  'grant usage on schema "public" to "joe ""x""";',
  'grant insert, select, update on table "public"."Order" to "joe ""x""";',
]

describe('collectGrants', () => {
  it('gives one statement for each object, with every privilege once', () => {
    expect(collectGrants(PROBLEMS, 'joe "x"')).toEqual(GRANTS)
  })

  it('gives none where no privilege is missing', () => {
    expect(collectGrants([cannotLock(NOTE)], 'joe')).toEqual([])
  })
})

describe('joinMissingPrivileges', () => {
  it('tells all that is missing at once, and leaves the other problems alone', () => {
    const [first, joined, last, ...others] = joinMissingPrivileges(PROBLEMS, 'joe "x"')

    expect([first, last, others]).toEqual([PROBLEMS[0], PROBLEMS[3], []])
    expect(joined).toMatchObject({
      code: 'PLAN.MISSING_PRIVILEGE',
      summary: 'The role "joe "x"" may not load Order, Note',
      details: {
        why: 'It needs usage to reach the table; insert to load rows; select, insert, update to fill in references.',
        fix: `Let the owner run:\n${GRANTS.join('\n')}`,
        meta: { models: ['Order', 'Note'], role: 'joe "x"', grants: GRANTS },
      },
    })
  })

  it('leaves one missing privilege as it is', () => {
    const problems = PROBLEMS.slice(0, 2)

    expect(joinMissingPrivileges(problems, 'joe "x"')).toEqual(problems)
  })
})
