import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'

const FOLDER = path.join('test', 'types')

// That good.ts compiles is part of `npm run check`.
describe('the generated types', () => {
  it('refuse what is wrong, on its line', async () => {
    const source = await readFile(path.join(FOLDER, 'refused.ts'), 'utf8')
    const expected = source.split('\n').flatMap((line, i) => {
      const code = line.match(/\/\/ (TS\d+)$/)?.[1]
      return code === undefined ? [] : [`refused.ts:${i + 1} ${code}`]
    })

    const errors = await compile(path.join(FOLDER, 'tsconfig.json'))

    expect(errors).toEqual(expected)
  })
})

/** The errors of a project: `file:line code`. */
async function compile(project: string): Promise<readonly string[]> {
  const typescript = createRequire(path.resolve('package.json')).resolve('typescript/package.json')
  const tsc = path.join(path.dirname(typescript), 'bin', 'tsc')
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [tsc, '-p', project, '--pretty', 'false'], (_error, stdout) =>
      resolve(stdout),
    )
  })
  const errors = output.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+)/gm)
  return [...errors].map(([, file = '', line, code]) => `${path.basename(file)}:${line} ${code}`)
}
