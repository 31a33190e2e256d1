import { describe, expect, it } from '@jest/globals'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import { buildKeyRoles } from '../../src/plan/key-roles.js'
import { onMissingKey } from '../../src/plan/missing-policy.js'
import type { AskedPolicies } from '../../src/plan/missing-reference.js'
import { buildModel, reference } from './plan-builders.js'

const USER = buildModel('User', { fields: ['id'] })
const HOME = buildModel('Home', {
  fields: ['userId'],
  references: [reference('user: userId -> User.id')],
})
const DESK = buildModel('Desk', {
  fields: ['userId'],
  references: [reference('user: userId -> User.id')],
})
const VISIT = buildModel('Visit', {
  fields: ['id', 'place'],
  references: [reference('home: place -> Home.userId'), reference('desk: place -> Desk.userId')],
})

function ask(models: readonly ManifestModel[], field: string, askedPolicies: AskedPolicies) {
  const key = { kind: 'reserved' } as never
  return onMissingKey(models[0] as ManifestModel, field, {
    askedPolicies,
    keys: new Map([['User', { field: 'id', key }]]),
    roles: buildKeyRoles(models, new Map([['User', 'id']])),
    pinned: new Set(),
    imported: new Map(models.map((model) => [model.name, model])),
  })
}

describe('what becomes of a field that follows the key of another', () => {
  it.each([
    ['keep', 'keep', 'keep'],
    ['null', 'null', 'null'],
    ['keep', 'null', 'fail'],
    ['keep', null, 'fail'],
    ['reject', 'reject', 'fail'],
  ] as const)('is what its targets agree on: %s and %s', (home, desk, wanted) => {
    const asked: AskedPolicies = (model) =>
      model === 'Home' ? home : model === 'Desk' ? desk : null

    expect(ask([VISIT, HOME, DESK, USER], 'place', asked)).toBe(wanted)
  })

  it('fails where nothing is asked, or no key is followed', () => {
    expect(ask([VISIT, HOME, DESK, USER], 'place', () => null)).toBe('fail')
    expect(ask([VISIT, HOME, DESK, USER], 'id', () => 'keep')).toBe('fail')
  })
})
