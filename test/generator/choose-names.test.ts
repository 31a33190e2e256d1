import { describe, expect, it } from '@jest/globals'
import { chooseNames } from '../../generator/choose-names.js'

describe('chooseNames', () => {
  it('keeps all names of a thing, each once', () => {
    const chosen = chooseNames([
      [['User'], ['User', 'people'], ['public.User']],
      [['Order'], ['orders']],
    ])

    expect(chosen).toEqual([
      ['User', 'people', 'public.User'],
      ['Order', 'orders'],
    ])
  })

  it('gives a name to the thing that prefers it most', () => {
    const chosen = chooseNames([
      [['User'], ['people']],
      [['people'], ['persons']],
    ])

    expect(chosen).toEqual([['User'], ['people', 'persons']])
  })

  it('gives a name to neither of two that prefer it equally', () => {
    const chosen = chooseNames([
      [['Staff'], ['users'], ['hr.users']],
      [['Client'], ['users'], ['crm.users']],
    ])

    expect(chosen).toEqual([
      ['Staff', 'hr.users'],
      ['Client', 'crm.users'],
    ])
  })
})
