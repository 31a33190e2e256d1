import { expect, it } from '@jest/globals'
import { describeOptions } from '../../src/import/describe-options.js'

it('keeps options as they were given, without what is secret or no data', () => {
  const described = describeOptions({
    from: './export',
    url: 'postgresql://user:secret@host/db',
    strategy: { Shop: { name: 'own', mapKeys: (sources) => sources }, Tag: 'none' },
    pin: { Tenant: 9007199254740993n },
    csv: { null: 'a\0b\ud800' },
    onProgress: () => {},
    signal: new AbortController().signal,
  })

  expect(described).toEqual({
    from: './export',
    strategy: { Shop: { custom: 'own' }, Tag: 'none' },
    pin: { Tenant: '9007199254740993' },
    csv: { null: 'a\ufffdb\ufffd' },
  })
})

it('names the models whose rows a program gave', () => {
  expect(describeOptions({ rows: { Shop: [] }, strategy: 'none' })).toEqual({
    rows: ['Shop'],
    strategy: 'none',
  })
})

it('leaves out a stream', () => {
  expect(describeOptions({ from: process.stdin, models: ['Shop'] })).toEqual({ models: ['Shop'] })
})
