import { expect, it } from '@jest/globals'
import { runProgram } from '../support/run-program.js'

it('measures every contestant, whose rows agree', async () => {
  const args = ['bench/bench.mjs', '--quick', '--json']

  const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: '.' })

  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const { contestants, checks, schema } = JSON.parse(stdout)
  expect(contestants.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining([
      'raw-copy',
      'prisma-gyro',
      'create-many',
      'byte-path',
      'byte-path-unchecked',
      'fast-csv',
    ]),
  )
  const converted = checks.lines.filter(
    ({ convertedShare }: { convertedShare: number }) => convertedShare > 0,
  )
  expect(converted.map(({ title }: { title: string }) => title)).toEqual([
    'timestamp(3), with an offset: …+02:00',
    'float8, with an exponent',
    'enum of 10, by name in the schema',
    'bytea, base64',
    'text[], JSON',
  ])
  expect(schema.lines.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['generate', 'generator-process', 'plan', 'types-5.9', 'types-7']),
  )
}, 180_000)
