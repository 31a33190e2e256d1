import { expect, it } from '@jest/globals'
import { printable } from '../../src/cli/printable.js'
import { wrapText } from '../../src/cli/wrap-text.js'

it('breaks between words and indents what follows', () => {
  const lines = wrapText('one two three four', { width: 11, first: '- ', rest: '  ' })

  expect(lines).toEqual(['- one two', '  three', '  four'])
})

it('keeps line breaks of the text and never cuts a word', () => {
  const lines = wrapText('a\nextraordinary b', { width: 5, first: '', rest: '  ' })

  expect(lines).toEqual(['a', '  extraordinary', '  b'])
})

it('stops at 100 columns on a wide terminal and nowhere without one', () => {
  const text = 'word '.repeat(40).trim()

  expect(wrapText(text, { width: 200, first: '', rest: '' })).toHaveLength(2)
  expect(wrapText(text, { width: Number.POSITIVE_INFINITY, first: '', rest: '' })).toEqual([text])
})

it('prints no control characters and no marks of direction', () => {
  expect(printable('a\u001b[2Jb\u0000c\nd\u202ee\u009bf')).toBe('a[2Jbc def')
})
