import { expect, it } from '@jest/globals'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { isLocal } from '../../src/postgres/is-local.js'

it.each([
  ['postgresql://u@localhost/d', true],
  ['postgresql://u@LOCALHOST:5433/d', true],
  ['postgresql://u@127.0.0.1/d', true],
  ['postgresql://u@127.8.8.8/d', true],
  ['postgresql://u@[::1]/d', true],
  ['postgresql:///d?host=/var/run/postgresql', true],
  ['postgresql://u@%2Fvar%2Frun/d', true],
  ['postgresql://u@db.example.com/d', false],
  ['postgresql://u@localhost.example.com/d', false],
  ['postgresql://u@10.0.0.1/d', false],
  ['postgresql://u@localhost/d?host=db.example.com', false],
])('tells whether %s is on this machine: %s', (url, wanted) => {
  expect(isLocal(parseDatabaseUrl(url), 'localhost')).toBe(wanted)
})

it('takes the host of the environment where the URL names none', () => {
  const url = parseDatabaseUrl('postgresql:///d')

  expect(isLocal(url, 'localhost')).toBe(true)
  expect(isLocal(url, 'db.example.com')).toBe(false)
})
