import { describe, expect, it } from '@jest/globals'
import { didYouMean, suggest } from '../../src/error/suggest.js'

const KNOWN = ['Order', 'OrderItem', 'Customer', 'id']

describe('suggest', () => {
  it.each([
    ['Ordre', 'Order'],
    ['order', 'Order'],
    ['OrderItm', 'OrderItem'],
    ['costumer', 'Customer'],
    ['di', 'id'],
    ['i', 'id'],
    ['Tenant', null],
    ['', null],
  ])('takes %j for %j', (wrong, meant) => {
    expect(suggest(wrong, KNOWN)).toBe(meant)
  })

  it('prefers the earlier of two that are as near', () => {
    expect(suggest('cat', ['bat', 'hat'])).toBe('bat')
  })

  it('suggests nothing of nothing', () => {
    expect(suggest('Order', [])).toBeNull()
  })
})

describe('didYouMean', () => {
  it('asks in front of a sentence, or says nothing', () => {
    expect(didYouMean('Ordre', KNOWN)).toBe('Did you mean "Order"? ')
    expect(didYouMean('Tenant', KNOWN)).toBe('')
  })
})
