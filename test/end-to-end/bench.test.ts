import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { runProgram } from '../support/run-program.js'

interface Named {
  readonly name: string
}

interface Growing {
  readonly name: string
  readonly points: readonly { readonly factor: number; readonly rows: number }[]
}

interface Wide {
  readonly name: string
  readonly sizes: readonly { readonly keys: number; readonly rows: number }[]
}

it(
  'measures every contestant, whose rows agree, and writes the results',
  () =>
    withFolder(async (folder) => {
      const args = ['bench/bench.mjs', '--quick', '--json', '--write', folder]

      const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: '.' })

      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
      const { contestants, goals, growth, wide, update, exported, checks, schema } =
        JSON.parse(stdout)
      expect(contestants.map(({ name }: Named) => name)).toEqual(
        expect.arrayContaining([
          'raw-copy',
          'prisma-gyro',
          'prisma-gyro-rebuild',
          'prisma-gyro-rebuild-kept',
          'create-many',
          'rows',
          'byte-path',
          'byte-path-unchecked',
          'fast-csv',
        ]),
      )
      expect(goals).toHaveLength(17)
      expect(growth.lines.map(({ name }: Named) => name)).toEqual([
        'raw-copy',
        'prisma-gyro',
        'prisma-gyro-rebuild',
      ])
      for (const { points } of growth.lines as readonly Growing[]) {
        expect(points.map(({ factor, rows }) => [factor, rows])).toEqual([
          [1, 434],
          [4, 1_646],
          [16, 6_520],
        ])
      }
      for (const { sizes } of wide.lines as readonly Wide[]) {
        expect(sizes.map(({ rows }) => rows)).toEqual(sizes.map(({ keys }) => keys))
      }
      expect(update.lines.map(({ name }: Named) => name)).toEqual([
        'psql-id',
        'gyro-id',
        'psql-email',
        'gyro-email',
      ])
      expect(exported.lines.map(({ name }: Named) => name)).toEqual([
        'psql-out',
        'export-1',
        'export-2',
        'masked',
        'slice',
      ])
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
      expect(schema.lines.map(({ name }: Named) => name)).toEqual(
        expect.arrayContaining(['generate', 'generator-process', 'plan', 'types-5.9', 'types-7']),
      )
      expect(readdirSync(folder).sort()).toEqual(['RESULTS.md', 'growth.svg'])
      const results = readFileSync(path.join(folder, 'RESULTS.md'), 'utf8')
      expect(results.match(/^## .*$/gm)).toEqual([
        '## Workload shop',
        '## Goals',
        '## Growth',
        '## Workload wide',
        '## Workload update',
        '## Export',
        '## Value checks in the byte path',
        '## A large schema',
        '## Machine',
      ])
      expect(results).toContain('](growth.svg)')
      expect(results).not.toMatch(/NaN|undefined|Infinity/)
      expect(readFileSync(path.join(folder, 'growth.svg'), 'utf8')).not.toMatch(/NaN|undefined/)
    }),
  300_000,
)

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gyro-results-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
