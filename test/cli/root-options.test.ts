import { describe, expect, it } from '@jest/globals'
import { rootRows } from '../../src/cli/root-option.js'
import { rowConditions } from '../../src/cli/where-option.js'

describe('the options for rows to begin with', () => {
  it('take conditions up to the first colon, and all of a model', () => {
    const { parse } = rowConditions('condition', '')

    expect(parse([], 'where')).toBeUndefined()
    expect(parse(["Tenant: name = 'a: b'", 'Tenant:id::text=$1', 'A : x'], 'where')).toEqual({
      Tenant: ["name = 'a: b'", 'id::text=$1'],
      A: ['x'],
    })
    for (const wrong of ['id = 7', 'Tenant', 'Tenant:', 'id::int = 7', ': id = 7']) {
      expect(() => parse([wrong], 'where')).toThrow('a model and a colon')
    }
  })

  it('take keys between commas', () => {
    const { parse } = rootRows('rows', '')

    expect(parse([], 'root')).toBeUndefined()
    expect(parse(['Tenant=7, 9', 'Shop=a=b', 'Tenant=8'], 'root')).toEqual({
      Tenant: ['7', '9', '8'],
      Shop: ['a=b'],
    })
    for (const wrong of ['Tenant', 'Tenant=', '=7', 'Tenant=7,,8', 'Tenant=,']) {
      expect(() => parse([wrong], 'root')).toThrow('--where')
    }
  })
})
