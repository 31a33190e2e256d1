// What the demo shows: headings, commands as they are typed with their real output, tables.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import colors from 'picocolors'

const WIDTH = 80
const isSeen = process.stdout.isTTY === true && process.stderr.isTTY === true
// As the commands have it; picocolors itself would also paint logs, where CI is set.
const hasColors =
  !process.env.NO_COLOR &&
  (Boolean(process.env.FORCE_COLOR) ||
    (process.stdout.isTTY === true && process.env.TERM !== 'dumb'))
const { bold, cyan, dim, green, red } = colors.createColors(hasColors)

/** What runs when a name is typed: no shell and no PATH is needed, so that it is the same everywhere. */
const PROGRAMS = {
  node: [],
  prisma: [createRequire(import.meta.url).resolve('prisma/build/index.js')],
  'prisma-gyro': [path.join(import.meta.dirname, '../../dist/src/bin.js')],
}

/** A command or a check that failed: what is to be known of it has been shown. */
class DemoFailed extends Error {}

/** Ends the demo unless something is true. */
export function expect(isTrue, problem) {
  if (!isTrue) {
    throw new DemoFailed(problem)
  }
}

/** The last word of a demo that failed. */
export function showFailure(error) {
  const text = error instanceof DemoFailed ? error.message : error.stack
  console.error(`\n${red(`✖ The demo failed: ${text}`)}`)
}

export function heading(text) {
  console.log(`\n${bold(cyan(`── ${text} ${'─'.repeat(Math.max(0, WIDTH - text.length - 4))}`))}`)
}

/** A check that went well. */
export function success(text) {
  console.log(`\n${green(`✔ ${text}`)}`)
}

/**
 * Runs a command and shows what it says; the first that fails ends the demo.
 *
 * @param {{ tail?: number, cwd: string, env: NodeJS.ProcessEnv, variables: Record<string, string> }} options
 * `tail`: only so many last lines of its standard output. `variables`: what `$NAME` stands for.
 */
export function type(words, { tail, cwd, env, variables }) {
  // Progress is for eyes: in a log it says twice what the tables say, and it would overtake a tail.
  const isQuiet = words[0] === 'prisma-gyro' && (!isSeen || tail !== undefined)
  const [program, ...given] = isQuiet ? [...words, '--quiet'] : words
  console.log(dim(renderCommand([program, ...given], tail)))
  const args = given.map((word) => (word.startsWith('$') ? variables[word.slice(1)] : word))
  const { status, error, signal, stdout } = spawnSync(
    process.execPath,
    [...PROGRAMS[program], ...args],
    {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['inherit', tail === undefined ? 'inherit' : 'pipe', 'inherit'],
    },
  )
  if (tail !== undefined) {
    const lines = stdout.trimEnd().split('\n')
    console.log(lines.slice(status === 0 ? -tail : 0).join('\n'))
  }
  if (error !== undefined || status !== 0) {
    throw new DemoFailed(`${program} ended with ${error ?? signal ?? `exit code ${status}`}`)
  }
}

/** `$ node …`; a long one goes on in the next line, as a shell takes it. */
function renderCommand(words, tail) {
  const quoted = words.map((word) => (/[ ']/.test(word) ? `"${word}"` : word))
  const parts = []
  for (const [index, word] of quoted.entries()) {
    // An option and its value stay together.
    if (words[index - 1]?.startsWith('--') && !word.startsWith('--')) {
      parts.push(`${parts.pop()} ${word}`)
    } else {
      parts.push(word)
    }
  }
  if (tail !== undefined) {
    parts.push(`| tail -n ${tail}`)
  }
  const lines = ['$']
  for (const part of parts) {
    const line = `${lines.at(-1)} ${part}`
    if (line.length > WIDTH - 2) {
      lines.push(`    ${part}`)
    } else {
      lines[lines.length - 1] = line
    }
  }
  return lines.join(' \\\n')
}

/** What the variables of a shell stand for: URLs, which hold a password. */
export function showVariables(variables) {
  for (const [name, value] of Object.entries(variables)) {
    const url = Object.assign(new URL(value), { password: '***' })
    console.log(dim(`$ ${name}=${url}`))
  }
}

/** Numbers stand on the right. */
export function showTable(head, rows) {
  const cells = [head, ...rows.map((row) => row.map(format))]
  const widths = head.map((_, column) => Math.max(...cells.map((line) => line[column].length)))
  for (const [index, line] of cells.entries()) {
    const text = line
      .map((cell, column) =>
        typeof rows[0][column] === 'number'
          ? cell.padStart(widths[column])
          : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd()
    console.log(index === 0 ? dim(text) : text)
  }
}

/** `12 345`. */
function format(value) {
  return typeof value === 'number' ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ') : value
}

/** `     18 – 34`; nothing for a model without a key of its own. */
export function formatRange({ from, to }) {
  return from === null ? '' : `${format(from).padStart(7)} – ${format(to)}`
}
