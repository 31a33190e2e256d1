import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { maskBytes } from '../../src/mask/masked-bytes.js'

type Row = readonly (string | null)[]

/** As COPY writes it. */
function writeRows(rows: readonly Row[]): string {
  const write = (value: string | null) => {
    if (value === null) return ''
    return value === '' || /[",\r\n]/.test(value) || value === '\\.'
      ? `"${value.replaceAll('"', '""')}"`
      : value
  }
  return rows.map((row) => `${row.map(write).join(',')}\n`).join('')
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length]
  return ends
    .toSorted((a, b) => a - b)
    .map((end, index, all) => bytes.subarray(all[index - 1] ?? 0, end))
}

async function mask(
  chunks: readonly Buffer[],
  rows: Omit<Parameters<typeof maskBytes>[1], 'file'>,
): Promise<string> {
  const source = (async function* () {
    yield* chunks
  })()
  const masked: Buffer[] = []
  for await (const chunk of maskBytes(source, { ...rows, file: 'x.csv' })) masked.push(chunk)
  return Buffer.concat(masked).toString()
}

const flip = (value: string | null) => {
  if (value === null) return ''
  return value === '' ? null : `${value}"${[...value].reverse().join('')},\n`
}

const value = fc.option(
  fc.oneof(
    fc.string({
      maxLength: 8,
      unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', '𝄞', '\\', '\t'),
    }),
    fc.constantFrom('\ufeff', '\\.', ' ', '""', 'null'),
  ),
)

describe('masked bytes', () => {
  it('are those of a plain reference, wherever they are cut', async () => {
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.tuple(
          fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 20 }),
          fc.subarray(Array.from({ length: width }, (_, index) => index)),
          fc.constant(width),
        ),
      )
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(), { maxLength: 6 }), async (given, places) => {
        const [rows, masked, width] = given
        const positions = masked.map((index) => ({ index, mask: flip }))
        const expected = rows.map((row) =>
          row.map((each, index) => (masked.includes(index) ? flip(each) : each)),
        )

        const chunks = cut(Buffer.from(writeRows(rows)), places)
        const result = await mask(chunks, { width, positions })

        expect(readBack(result)).toEqual(expected.map((row) => [...row]))
        if (masked.length === 0) expect(result).toBe(writeRows(rows))
      }),
      { numRuns: 300 },
    )
  })

  it('keep every byte of fields that are not masked', async () => {
    const text = '\ufeff1,"a""b\n",,"",x\n2,é,"\\.","""",\n'

    const positions = [{ index: 4, mask: () => 'y' }]
    expect(await mask([Buffer.from(text)], { width: 5, positions })).toBe(
      '\ufeff1,"a""b\n",,"",y\n2,é,"\\.","""",y\n',
    )
  })
})

/** Fields of CSV, NULL apart from an empty text. A plain state machine. */
function readBack(text: string): (string | null)[][] {
  const rows: (string | null)[][] = []
  let row: (string | null)[] = []
  let field = ''
  let wasQuoted = false
  let isQuoted = false
  const endField = () => {
    row.push(field === '' && !wasQuoted ? null : field)
    field = ''
    wasQuoted = false
  }
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (isQuoted && character === '"' && text[i + 1] === '"') {
      field += '"'
      i++
    } else if (character === '"') {
      isQuoted = !isQuoted
      wasQuoted = true
    } else if (!isQuoted && character === ',') {
      endField()
    } else if (!isQuoted && character === '\n') {
      endField()
      rows.push(row)
      row = []
    } else {
      field += character
    }
  }
  return rows
}
