import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { until } from './until.js'

export interface ProgramOptions {
  readonly cwd: string
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>
  /**
   * A process group of its own, as a terminal gives to what is started in it.
   * @default false
   */
  readonly ownGroup?: boolean
  /**
   * Whether something is written to its standard input, which is else at its end.
   * @default false
   */
  readonly hasInput?: boolean
}

/** How a program ended and all that it said. */
export interface EndedProgram {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A program on its way. */
export interface RunningProgram {
  readonly child: ChildProcess & { readonly pid: number }
  /** Resolves when it has ended and both streams are closed. */
  readonly ended: Promise<EndedProgram>
  /** Waits until something is true. Rejects when the program ends before. */
  until(condition: (said: EndedProgram) => boolean | Promise<boolean>): Promise<void>
}

/** Runs a program to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<EndedProgram> {
  return withProgram(program, args, options, ({ ended }) => ended)
}

/** Starts a program and kills it when `use` is done, if it still runs then. */
export async function withProgram<Result>(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
  use: (program: RunningProgram) => Promise<Result>,
): Promise<Result> {
  const running = startProgram(program, args, options)
  try {
    return await use(running)
  } finally {
    running.child.kill('SIGKILL')
    await running.ended
  }
}

/**
 * Signals the program, which has a group of its own, and every process that it started: as a terminal
 * does.
 */
export function pressCtrlC({ child, ended }: RunningProgram): Promise<EndedProgram> {
  process.kill(-child.pid, 'SIGINT')
  return ended
}

function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {}, ownGroup = false, hasInput = false }: ProgramOptions,
): RunningProgram {
  const child = spawn(program, args, {
    cwd,
    env: { ...INHERITED, ...env },
    detached: ownGroup,
    stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  const said = { code: null, signal: null, stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said.stderr += text
  })
  let hasEnded = false
  const ended = new Promise<EndedProgram>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      hasEnded = true
      resolve({ ...said, code, signal })
    })
  })
  const { pid = Number.NaN } = child
  return {
    child: Object.assign(child, { pid }),
    ended,
    until: (condition) =>
      until(() => {
        if (hasEnded) throw new Error(`It ended too early.\n${said.stdout}${said.stderr}`)
        return condition(said)
      }),
  }
}

/**
 * Jest asks for colours, a database of whoever runs the tests is not for them, and `npm test` puts the
 * programs of the checkout where those of another project are looked for.
 */
const { FORCE_COLOR: _colors, DATABASE_URL: _url, PATH = '', ...OTHERS } = process.env
const folders = PATH.split(path.delimiter).filter((folder) => !folder.endsWith('.bin'))
const INHERITED = { ...OTHERS, PATH: folders.join(path.delimiter) }
