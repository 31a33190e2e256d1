import { expect, it } from '@jest/globals'
import { createTerminal, lookOf } from '../../src/cli/terminal.js'
import { recordIo, recordStream } from './recorded-io.js'

it.each([
  ['a pipe', undefined, {}, false],
  ['a terminal', 80, {}, true],
  ['a terminal with NO_COLOR', 80, { NO_COLOR: '1' }, false],
  ['a dumb terminal', 80, { TERM: 'dumb' }, false],
  ['a pipe with FORCE_COLOR', undefined, { FORCE_COLOR: '1' }, true],
  ['a pipe with both', undefined, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('knows whether %s wants colours', (_, columns, env, expected) => {
  expect(lookOf(recordStream(columns), env).colors.isColorSupported).toBe(expected)
})

it('has the width of the terminal, 80 columns when that says nothing, and no end elsewhere', () => {
  expect(lookOf(recordStream(120), {}).width).toBe(120)
  expect(lookOf(recordStream(0), {}).width).toBe(80)
  expect(lookOf(recordStream(), {}).width).toBe(Number.POSITIVE_INFINITY)
})

it('keeps data and talk apart', () => {
  const io = recordIo()
  const terminal = createTerminal(io, { quiet: false })

  terminal.data('table')
  terminal.json({ a: 1 })
  terminal.note('hello')

  expect(io.stdout.text()).toBe('table\n{\n  "a": 1\n}\n')
  expect(io.stderr.text()).toBe('hello\n')
  expect(terminal.progress).toBe(io.stderr)
})

it('says nothing but data when quiet', () => {
  const io = recordIo()
  const terminal = createTerminal(io, { quiet: true })

  terminal.note('hello')

  expect(io.stderr.text()).toBe('')
  expect(terminal.progress).toBeNull()
})
