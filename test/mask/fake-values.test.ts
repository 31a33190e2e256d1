import { expect, it } from '@jest/globals'
import { buildFakeMaker, loadFaker } from '../../src/mask/fake-values.js'

const KEY = 'a key that nobody guesses'

it('makes addresses that are nobody’s, by the name of a field however it is written', async () => {
  const faker = await loadFaker()

  for (const field of ['email', 'e_mail', 'EmailAddress', 'mail']) {
    const make = buildFakeMaker(faker, { model: 'User', field }, { key: KEY, method: null })
    expect(make('jo@real.com')).toMatch(/^[^@\s]+@example\.(com|net|org)$/)
    expect(make('jo@real.com')).toBe(make('jo@real.com'))
    expect(make('jo@real.com')).not.toBe(make('ann@real.com'))
  }
})

it('knows a method for each name that it guesses by', async () => {
  const faker = await loadFaker()
  const make = (field: string) =>
    buildFakeMaker(faker, { model: 'User', field }, { key: KEY, method: null })
  const caught = (() => {
    try {
      return make('unknown')
    } catch (error) {
      return error as Error
    }
  })()
  const [, list = ''] = /fake values it gets: ([^.]+)\./.exec(String(caught)) ?? []

  expect(list.split(', ').length).toBeGreaterThan(20)
  for (const name of list.split(', ')) expect(make(name)('x')).not.toBe('')
})
