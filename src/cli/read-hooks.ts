import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { suggest } from '../error/suggest.js'
import type { PlanOptions } from '../index.js'
import { invalidOption } from './cli-error.js'

/** What a file of hooks exports, by name or as properties of its default export. */
const EXPORTS = ['transform', 'validate'] as const

/** A file of hooks as it was given, and from where. */
interface HookFile {
  readonly file: string | undefined
  readonly cwd: string
}

/**
 * The hooks that a file of JavaScript exports, as the library takes them; none without a file.
 *
 * @throws {GyroError} `CLI.INVALID_OPTION`.
 */
export async function readHooks({
  file,
  cwd,
}: HookFile): Promise<Pick<PlanOptions, 'transform' | 'validate'>> {
  if (file === undefined) return {}
  const exported = await importFile(file, cwd)
  const given = { ...propertiesOf(exported['default']), ...exported }
  const names = Object.keys(given)
  const [found] = EXPORTS.filter((name) => given[name] !== undefined)
  // One that is misspelled would be left out in silence.
  const wrong = names.find(isMisspelled)
  if (wrong !== undefined) {
    throw invalidOption('transform', {
      why: `${file} exports "${wrong}", but hooks are exported as ${EXPORTS.join(' and ')}.`,
      fix: `Rename the export: ${suggest(wrong, EXPORTS)}, or something else if it is none.`,
    })
  }
  if (found === undefined) {
    throw invalidOption('transform', {
      why: `${file} exports neither ${EXPORTS.join(' nor ')}.`,
      fix: 'Write: export const transform = { Customer: (row) => ({ ...row, note: null }) }',
    })
  }
  return Object.fromEntries(EXPORTS.flatMap((name) => (name in given ? [[name, given[name]]] : [])))
}

async function importFile(file: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  const resolved = path.resolve(cwd, file)
  if (!existsSync(resolved)) {
    throw invalidOption('transform', {
      why: `There is no file ${file}.`,
      fix: 'Give the path of a file of JavaScript that exports transform or validate.',
    })
  }
  try {
    return await import(pathToFileURL(resolved).href)
  } catch (cause) {
    throw invalidOption('transform', {
      why: `${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'Correct the file; it is a module of JavaScript: .js, .mjs or .cjs.',
      cause,
    })
  }
}

/** Not a longer name, such as `validateEmail`. */
function isMisspelled(name: string): boolean {
  const meant = suggest(name, EXPORTS)
  return meant !== null && meant !== name && Math.abs(meant.length - name.length) < 2
}

/** None for what is no object. */
function propertiesOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
