import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { v5, version } from 'uuid'
import {
  countHashes,
  type HashedType,
  hashIdentity,
  hashKey,
  type IdentityPart,
} from '../../src/keys/hash-key.js'
import { renderHashKeys } from './render-hash-keys.js'

const PAGE = path.resolve('docs', 'hash-keys.md')

const ACME = hashIdentity('Tenant', [{ kind: 'value', text: 'acme' }])

describe('hashed keys', () => {
  it('are those that the page says', async () => {
    const page = renderHashKeys()
    if (process.env['WRITE_DOCS'] !== undefined) await writeFile(PAGE, page)

    expect(await readFile(PAGE, 'utf8')).toBe(page)
  })

  it('are made as the page says', () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest()
    const namespace = v5('prisma-gyro', v5.DNS)
    const digest = sha256('v6:Tenantv4:acme')
    const next = sha256(`${digest.toString('hex')}/1`)

    const keys = [0, 1].map((probe) =>
      (['int2', 'int4', 'int8', 'uuid'] as const).map((type) =>
        hashKey({ model: 'Tenant', type }, ACME, probe),
      ),
    )

    expect(ACME).toBe(digest.toString('hex'))
    expect(keys).toEqual(
      [digest, next].map((bytes) => [
        String((bytes.readUInt16BE(6) % 2 ** 14) + 2 ** 14),
        String((bytes.readUInt32BE(4) % 2 ** 30) + 2 ** 30),
        String((bytes.readBigUInt64BE() % 2n ** 62n) + 2n ** 62n),
        v5(bytes.toString('hex'), v5('Tenant', namespace)),
      ]),
    )
    expect(version(keys[0]?.[3] as string)).toBe(5)
  })

  it.each([
    ['int2', 2n ** 14n, 2n ** 15n],
    ['int4', 2n ** 30n, 2n ** 31n],
    ['int8', 2n ** 62n, 2n ** 63n],
  ] as const)('are in the upper half of %s', (type, from, to) => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 15 }), (text, probe) => {
        const key = BigInt(
          hashKey({ model: 'A', type }, hashIdentity('A', [{ kind: 'value', text }]), probe),
        )

        expect(key >= from && key < to).toBe(true)
      }),
    )
    expect(countHashes(type)).toBe(Number(to - from))
  })

  it('are texts of one length', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const type: HashedType = 'text'
        const key = hashKey({ model: 'A', type }, hashIdentity('A', [{ kind: 'value', text }]), 0)

        expect(key).toMatch(/^[0-9a-v]{26}$/)
      }),
    )
  })

  it('differ where anything of the business key does', () => {
    const text = fc.option(fc.stringMatching(/^[vrn0-9:]{0,6}$/))
    const part = fc.record({ kind: fc.constantFrom('value', 'identity'), text })
    const row = fc.tuple(
      fc.stringMatching(/^[vn0-9]{1,3}$/),
      fc.array(part as fc.Arbitrary<IdentityPart>),
    )
    fc.assert(
      fc.property(row, row, (a, b) => {
        // To what NULL would have referred is no part of it.
        const plain = ([model, parts]: typeof a) => [
          model,
          parts.map((each) => (each.text === null ? null : each)),
        ]
        const isSame = JSON.stringify(plain(a)) === JSON.stringify(plain(b))

        expect(hashIdentity(...a) === hashIdentity(...b)).toBe(isSame)
      }),
      { numRuns: 2_000 },
    )
  })
})
