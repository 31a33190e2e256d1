import { describe, expect, it } from '@jest/globals'
import { buildOnConflict, conflicts, updateColumns } from '../../src/cli/on-conflict-option.js'
import type { PlanOptions } from '../../src/import/plan-options.js'

function build(given: readonly string[], columns: readonly string[] = []) {
  return buildOnConflict(
    conflicts('<p>', '').parse(given, 'on-conflict'),
    updateColumns('<M=a,b>', '').parse(columns, 'update-columns'),
  )
}

describe('--on-conflict', () => {
  it.each<[readonly string[], readonly string[], PlanOptions['onConflict']]>([
    [[], [], undefined],
    [['skip'], [], 'skip'],
    [['error', 'update'], [], 'update'],
    [['User=update'], [], { User: { action: 'update' } }],
    [
      ['skip', 'User=update:tenantId+email', 'Tag=error'],
      [],
      {
        '*': 'skip',
        User: { action: 'update', on: ['tenantId', 'email'] },
        Tag: { action: 'error' },
      },
    ],
    [
      ['User=update:email'],
      ['User=name, phone'],
      { User: { action: 'update', on: ['email'], columns: ['name', 'phone'] } },
    ],
    [['update'], ['User=name'], { '*': 'update', User: { action: 'update', columns: ['name'] } }],
  ])('says %j with %j', (given, columns, wanted) => {
    expect(build(given, columns)).toEqual(wanted)
  })

  it.each([
    [['upsert'], [], 'There is no way "upsert" to meet rows that are there.'],
    [[''], [], 'There is no way "" to meet rows that are there.'],
    [['User=update=x'], [], 'There is no way "" to meet rows that are there.'],
    [['=skip'], [], '"=skip" lacks the name of the model.'],
    [['update:email'], [], '"update:email" lacks the name of the model.'],
    [['User=update:'], [], '"User=update:" lacks the name of a field.'],
    [['User=update:a+'], [], '"User=update:a+" lacks the name of a field.'],
    [['update'], ['name'], '"name" is not a model with its fields.'],
    [['update'], ['User=a,'], '"User=a," is not a model with its fields.'],
    [['skip'], ['User=a'], 'It names fields of User, whose rows are not updated.'],
    [['update', 'User=skip'], ['User=a'], 'It names fields of User, whose rows are not updated.'],
  ])('refuses %j with %j', (given, columns, why) => {
    expect(() => build(given, columns)).toThrow(
      expect.objectContaining({
        code: 'CLI.INVALID_OPTION',
        details: expect.objectContaining({ why }),
      }),
    )
  })
})
