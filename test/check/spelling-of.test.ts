import { expect, it } from '@jest/globals'
import { spellingOf } from '../../src/check/spelling-of.js'

it.each([
  ['smallint', 'integer'],
  ['bigint', 'integer'],
  ['uuid', 'uuid'],
  ['text', 'text'],
  ['character varying', 'text'],
  ['character varying(9)', 'text'],
  ['character varying(9)[]', null],
  ['character(3)', 'blankPadded'],
  ['character', 'blankPadded'],
  ['character(3)[]', null],
  ['text[]', null],
  ['numeric(3,1)', null],
])('knows how values of %s are compared', (type, spelling) => {
  expect(spellingOf(type)).toBe(spelling)
})
