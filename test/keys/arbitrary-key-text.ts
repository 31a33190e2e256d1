import fc from 'fast-check'
import { anyKey } from './arbitrary-keys.js'

/** Mostly old keys; the others are any, or new keys of other rows. */
export function referenceText(
  targets: ReadonlyMap<bigint, bigint>,
  rarity: number,
): fc.Arbitrary<string> {
  const known = fc.constantFrom(...targets.keys())
  if (rarity === 0) return keyText(known, 0)
  const others = fc.oneof(anyKey(), anyKey(), fc.constantFrom(...targets.values()))
  const keys = fc.oneof({ weight: rarity, arbitrary: known }, { weight: 1, arbitrary: others })
  return keyText(keys, 40)
}

/** The keys as decimal text, some with zeros in front; one of `rarity` cells is no integer. */
export function keyText(keys: fc.Arbitrary<bigint>, rarity: number): fc.Arbitrary<string> {
  const text = fc.oneof(
    { weight: 9, arbitrary: keys.map(String) },
    { weight: 1, arbitrary: keys.map((key) => String(key).replace(/\d/, '00000000000000$&')) },
  )
  const garbage = fc.constantFrom(
    '',
    '-',
    'x',
    '1.0',
    '+1',
    ' 1',
    '1\n',
    '1"',
    '12345678901234567 ',
  )
  return rarity === 0
    ? text
    : fc.oneof({ weight: rarity, arbitrary: text }, { weight: 1, arbitrary: garbage })
}
