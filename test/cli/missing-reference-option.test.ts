import { describe, expect, it } from '@jest/globals'
import { missingReferences } from '../../src/cli/missing-reference-option.js'
import type { PlanOptions } from '../../src/import/plan-options.js'

function parse(given: readonly string[]) {
  return missingReferences('<p>', '').parse(given, 'missing-reference')
}

describe('--missing-reference', () => {
  it.each<[readonly string[], PlanOptions['missingReference']]>([
    [[], undefined],
    [['keep'], { '*': 'keep' }],
    [['keep', 'fail'], { '*': 'fail' }],
    [['Order=null'], { Order: { '*': 'null' } }],
    [
      ['Order.customer=reject', 'keep', 'Order=null', 'Order.shop=fail', 'Item.order=keep'],
      {
        '*': 'keep',
        Order: { customer: 'reject', '*': 'null', shop: 'fail' },
        Item: { order: 'keep' },
      },
    ],
  ])('says %j', (given, wanted) => {
    expect(parse(given)).toEqual(wanted)
  })

  it.each([
    ['kep', 'There is no policy "kep" for missing rows.'],
    ['', 'There is no policy "" for missing rows.'],
    ['Order=', 'There is no policy "" for missing rows.'],
    ['=keep', '"=keep" does not name a model, or a reference of one.'],
    ['.customer=keep', '".customer=keep" does not name a model, or a reference of one.'],
    ['Order.=keep', '"Order.=keep" does not name a model, or a reference of one.'],
    ['Order.a.b=keep', '"Order.a.b=keep" does not name a model, or a reference of one.'],
  ])('refuses %j', (given, why) => {
    expect(() => parse([given])).toThrow(
      expect.objectContaining({
        code: 'CLI.INVALID_OPTION',
        details: expect.objectContaining({ why }),
      }),
    )
  })

  it('suggests a policy', () => {
    expect(() => parse(['Order=kep'])).toThrow(
      'Did you mean "keep"? Write one of fail, keep, null, reject; for one reference <Model>.<reference>=<policy>.',
    )
  })
})
