import { describe, expect, it } from '@jest/globals'
import { init } from '@paralleldrive/cuid2'
import { decodeTime, isValid } from 'ulid'
import { validate, version } from 'uuid'
import { FreshKeys, type FreshKeysInput, SECRET_BYTES } from '../../src/keys/fresh-keys.js'
import {
  countOfShape,
  createKeyWriter,
  type KeyShape,
  lengthOfShape,
} from '../../src/keys/key-shape.js'

const RUN_AT = new Date('2026-03-04T05:06:07.890Z')
const SECRET = Buffer.alloc(SECRET_BYTES, 7)

const SHAPES: readonly KeyShape[] = [
  { make: 'uuid', args: [] },
  { make: 'uuid', args: [4] },
  { make: 'uuid', args: [7] },
  { make: 'cuid', args: [] },
  { make: 'cuid', args: [1] },
  { make: 'cuid', args: [2] },
  { make: 'nanoid', args: [] },
  { make: 'nanoid', args: [8] },
  { make: 'nanoid', args: [50] },
  { make: 'ulid', args: [] },
]

describe('FreshKeys', () => {
  it.each(SHAPES)('gives every source key one of its own: %j', (shape) => {
    const keys = build({ shape })
    const sources = Array.from({ length: 2_000 }, (_, index) => `key ${index}`)

    const targets = sources.map((source) => keys.targetOf(source))

    expect(new Set(targets).size).toBe(sources.length)
    expect([...new Set(targets.map((target) => target.length))]).toEqual([lengthOfShape(shape)])
    expect(sources.map((source) => keys.targetOf(source))).toEqual(targets)
    expect(keys).toMatchObject({ size: null, range: null, spelling: 'text' })
  })

  it('gives other keys in another run and for another model', () => {
    const others = [
      build({}),
      build({ model: 'Order' }),
      build({ secret: Buffer.alloc(SECRET_BYTES, 8) }),
    ]

    expect(new Set(others.map((keys) => keys.targetOf('a'))).size).toBe(3)
  })

  it('gives the same keys on every machine', () => {
    const targets = SHAPES.map((shape) => build({ shape }).targetOf('a'))

    expect(targets).toMatchInlineSnapshot(`
[
  "9fbbd577-4dfb-4377-8e99-85917d578b3d",
  "9fbbd577-4dfb-4377-8e99-85917d578b3d",
  "019cb73d-3592-7fbb-9577-4dfbd3770e99",
  "cmmbkqa367513et5nf6tetqyz",
  "cmmbkqa367513et5nf6tetqyz",
  "h513et5nf6tetqyzpl7od2qg",
  "Y59X8diTh8Ep2oRYk9hvd",
  "Y59X8diT",
  "Y59X8diTh8Ep2oRYk9hvdS8nOwlKTZ8tn-DtysBewrBKo5-gfx",
  "01KJVKTDCJZNDKE5XBKEXP96YZ",
]
`)
  })

  it('gives what libraries take for theirs', () => {
    const of = (make: KeyShape['make'], ...args: number[]) =>
      build({ shape: { make, args } }).targetOf('a')

    expect([of('uuid'), of('uuid', 7)].map((id) => [validate(id), version(id)])).toEqual([
      [true, 4],
      [true, 7],
    ])
    expect(Number.parseInt(of('uuid', 7).replace('-', '').slice(0, 12), 16)).toBe(RUN_AT.getTime())
    expect(isValid(of('ulid'))).toBe(true)
    expect(decodeTime(of('ulid'))).toBe(RUN_AT.getTime())
    expect(of('cuid')).toMatch(/^c[0-9a-z]{24}$/)
    expect(Number.parseInt(of('cuid').slice(1, 9), 36)).toBe(RUN_AT.getTime())
    expect(of('cuid', 2)).toMatch(/^[a-z][0-9a-z]+$/)
    expect(of('cuid', 2)).toHaveLength(init()().length)
    expect(of('nanoid')).toMatch(/^[\w-]{21}$/)
  })
})

describe('a shape', () => {
  it('can be of so many keys', () => {
    expect(SHAPES.map(countOfShape).filter(Number.isFinite)).toEqual([64 ** 21, 64 ** 8, 64 ** 50])
  })

  it('is of a maker that is known', () => {
    const shape = { make: 'dice', args: [] } as unknown as KeyShape

    expect(() => createKeyWriter(shape, RUN_AT)).toThrow('no shape of dice')
  })
})

function build(parts: Partial<FreshKeysInput>): FreshKeys {
  const shape: KeyShape = { make: 'uuid', args: [] }
  const input: FreshKeysInput = {
    model: 'Tenant',
    spelling: 'text',
    shape,
    runAt: RUN_AT,
    secret: SECRET,
  }
  return new FreshKeys({ ...input, ...parts })
}
