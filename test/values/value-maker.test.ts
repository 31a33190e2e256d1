import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { InternalError } from '../../src/error/internal-error.js'
import type { ClientDefault } from '../../src/manifest/manifest.js'
import { createValueMaker } from '../../src/values/value-maker.js'

const UUID_4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const UUID_7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const CUID_1 = /^c[\da-z]{24}$/
const CUID_2 = /^[a-z][\da-z]{23}$/

describe('createValueMaker', () => {
  it.each<[ClientDefault, readonly (string | number)[], RegExp]>([
    ['uuid', [], UUID_4],
    ['uuid', [4], UUID_4],
    ['uuid', [7], UUID_7],
    ['cuid', [], CUID_1],
    ['cuid', [1], CUID_1],
    ['cuid', [2], CUID_2],
    ['nanoid', [], /^[\w-]{21}$/],
    ['nanoid', [9], /^[\w-]{9}$/],
    ['ulid', [], /^[0-7][\dA-HJKMNP-TV-Z]{25}$/],
  ])('makes a new %s%j with each call', async (make, args, shape) => {
    const makeValue = await createValueMaker(make, args)

    const values = Array.from({ length: 200 }, () => makeValue())

    expect(values.filter((value) => !shape.test(value))).toEqual([])
    expect(new Set(values).size).toBe(values.length)
  })

  it.each<[ClientDefault, readonly (string | number)[]]>([
    ['uuid', [7]],
    ['ulid', []],
  ])('makes each %s%j greater than the one before', async (make, args) => {
    const makeValue = await createValueMaker(make, args)

    const values = Array.from({ length: 200 }, () => makeValue())

    expect([...values].sort()).toEqual(values)
  })

  it('knows every function of the manifest', async () => {
    const making = createValueMaker('sequence' as ClientDefault, [])

    await expect(making).rejects.toThrow(InternalError)
  })

  it.each(['uuid', '@bugsnag/cuid', '@paralleldrive/cuid2', 'nanoid', 'ulid'])(
    'finds %s as CommonJS, for test runners that cannot load ESM',
    (name) => {
      const program = `process.stdout.write(require.resolve('${name}') + typeof require('${name}'))`

      // Without the flag, Node 20.19 would load ESM with `require` too.
      const output = execFileSync(
        process.execPath,
        ['--no-experimental-require-module', '-e', program],
        { cwd: path.resolve(import.meta.dirname, '../..'), encoding: 'utf8' },
      )

      expect(output).toMatch(/(object|function)$/)
    },
  )
})
