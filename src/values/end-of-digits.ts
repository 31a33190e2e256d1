// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
const ZERO = 0x30

/** Where the decimal digits end that begin at `start`; there, if there are none. */
export function endOfDigits(bytes: DataView, start: number): number {
  let i = start
  while ((bytes.getUint8(i) ^ ZERO) <= 9) i++
  return i
}
