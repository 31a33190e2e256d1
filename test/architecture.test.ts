import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'

const ROOT = path.resolve(import.meta.dirname, '..')

/**
 * What each folder may import from, itself excepted. A new arrow is a design decision, made in the
 * commit that changes this list.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  generator: ['src/error', 'src/manifest', 'src/graph', 'src/project'],
  'src/error': [],
  'src/progress': [],
  'src/manifest': ['src/error'],
  'src/postgres': ['src/error'],
  'src/csv': ['src/error'],
  'src/graph': ['src/manifest'],
  'src/source': ['src/rows', 'src/csv', 'src/manifest', 'src/error'],
  'src/project': ['src/manifest', 'src/postgres', 'src/error'],
  'src/embedded': ['src/project', 'src/postgres', 'src/error'],
  'src/values': ['src/csv', 'src/manifest', 'src/error'],
  'src/rows': ['src/values', 'src/manifest', 'src/error'],
  'src/hooks': ['src/rows', 'src/values', 'src/source', 'src/csv', 'src/manifest', 'src/error'],
  'src/keys': ['src/values', 'src/csv', 'src/manifest', 'src/postgres', 'src/error'],
  'src/plan': [
    'src/keys',
    'src/source',
    'src/graph',
    'src/values',
    'src/csv',
    'src/manifest',
    'src/postgres',
    'src/error',
  ],
  'src/check': [
    'src/plan',
    'src/keys',
    'src/values',
    'src/source',
    'src/csv',
    'src/postgres',
    'src/error',
  ],
  'src/rejects': ['src/check', 'src/plan', 'src/source', 'src/csv', 'src/error'],
  'src/load': [
    'src/plan',
    'src/keys',
    'src/values',
    'src/source',
    'src/csv',
    'src/postgres',
    'src/error',
  ],
  'src/history': ['src/postgres', 'src/error'],
  'src/client': ['src/load', 'src/manifest', 'src/postgres', 'src/error'],
  'src/verify': ['src/plan', 'src/postgres'],
  'src/rollback': [
    'src/history',
    'src/plan',
    'src/graph',
    'src/manifest',
    'src/postgres',
    'src/error',
  ],
  'src/verification': [
    'src/rollback',
    'src/load',
    'src/history',
    'src/plan',
    'src/keys',
    'src/manifest',
    'src/postgres',
    'src/error',
  ],
  'src/slice': ['src/plan', 'src/graph', 'src/manifest', 'src/postgres', 'src/error'],
  'src/mask': ['src/slice', 'src/csv', 'src/manifest', 'src/postgres', 'src/error'],
  'src/export': [
    'src/history',
    'src/mask',
    'src/slice',
    'src/plan',
    'src/graph',
    'src/source',
    'src/manifest',
    'src/project',
    'src/postgres',
    'src/progress',
    'src/error',
  ],
  'src/lookup': ['src/history', 'src/keys', 'src/manifest', 'src/postgres'],
  'src/import': [
    'src/export',
    'src/verification',
    'src/rollback',
    'src/lookup',
    'src/client',
    'src/load',
    'src/check',
    'src/rejects',
    'src/history',
    'src/verify',
    'src/plan',
    'src/keys',
    'src/rows',
    'src/hooks',
    'src/source',
    'src/csv',
    'src/manifest',
    'src/project',
    'src/postgres',
    'src/progress',
    'src/error',
  ],
  'src/index.ts': ['src/*'],
  'src/cli': ['src/index.ts', 'src/error'],
  'src/bin.ts': ['src/cli', 'generator'],
}

const files = ['src', 'generator']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.join(folder, name),
    ),
  )
  .filter((name) => name.endsWith('.ts'))

/** Paths of the project's files that a file imports, lazily or for types too. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)\.js'/g)
  return [...specifiers].map(([, specifier]) => path.join(path.dirname(file), `${specifier}.ts`))
}

/** `src/plan/plan-error.ts` → `src/plan`; `src/index.ts` stays. */
function folderOf(file: string): string {
  const [top = '', second = ''] = file.split(path.sep)
  return top === 'src' ? `${top}/${second}` : top
}

describe('the architecture', () => {
  it('knows every folder', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(Object.keys(ARROWS).sort())
  })

  it('has no arrow that is not on the list', () => {
    const wrong = files.flatMap((file) => {
      const allowed = ARROWS[folderOf(file)] ?? []
      return importsOf(file)
        .filter((imported) => folderOf(imported) !== folderOf(file))
        .filter((imported) => !allowed.includes(folderOf(imported)) && !allowed.includes('src/*'))
        .map((imported) => `${file} → ${imported}`)
    })

    expect(wrong).toEqual([])
  })

  it('has no arrow on the list that nothing uses', () => {
    const used = new Set(
      files.flatMap((file) => importsOf(file).map((to) => `${folderOf(file)} → ${folderOf(to)}`)),
    )
    const listed = Object.entries(ARROWS).flatMap(([from, tos]) =>
      tos.filter((to) => to !== 'src/*').map((to) => `${from} → ${to}`),
    )

    expect(listed.filter((arrow) => !used.has(arrow))).toEqual([])
  })

  it('has no file that imports itself in a circle', () => {
    const circles: string[] = []
    const done = new Set<string>()
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file))
        circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
      else if (!done.has(file)) {
        for (const imported of importsOf(file)) visit(imported, [...trail, file])
        done.add(file)
      }
    }
    for (const file of files) visit(file, [])

    expect(circles).toEqual([])
  })

  it('keeps what only one folder may know in it', () => {
    const owners = { '@dagrejs/graphlib': 'src/graph', '@prisma/generator-helper': 'generator' }
    const users = Object.fromEntries(
      Object.keys(owners).map((name) => [
        name,
        [
          ...new Set(
            files
              .filter((file) =>
                readFileSync(path.join(ROOT, file), 'utf8').includes(`from '${name}'`),
              )
              .map(folderOf),
          ),
        ].join(),
      ]),
    )

    expect(users).toEqual(owners)
  })
})
