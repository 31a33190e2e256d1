import { expect, it } from '@jest/globals'
import { fieldMasks } from '../../src/cli/mask-option.js'

const { parse } = fieldMasks('mask', '')

it('takes masks by model and field, the last one of a field', () => {
  expect(parse([], 'mask')).toBeUndefined()
  expect(
    parse(
      [
        'User.email=fake',
        'User.email=hash',
        'User.name=constant:a:b=c',
        'Shop.x=constant:',
        'Shop.y=fake:internet.email',
        '__proto__.z=null',
      ],
      'mask',
    ),
  ).toEqual(
    Object.fromEntries([
      ['User', { email: 'hash', name: { constant: 'a:b=c' } }],
      ['Shop', { x: { constant: '' }, y: { fake: 'internet.email' } }],
      ['__proto__', { z: 'null' }],
    ]),
  )
})

it('refuses anything else, without what may be a value', () => {
  for (const wrong of [
    'User',
    'User.email',
    'User.email=secret',
    'User=hash',
    'User.x=fake:',
    '.x=null',
  ]) {
    expect(() => parse([wrong], 'mask')).toThrow('User.email=hash')
    expect(() => parse([wrong], 'mask')).not.toThrow('secret')
  }
})
