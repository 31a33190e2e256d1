import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { startFailed } from './embedded-error.js'
import type { ServerAccount } from './server-account.js'

/**
 * Runs one of PostgreSQL's programs to its end.
 *
 * @throws {GyroError} `EMBEDDED.START_FAILED` with what it said, unless it ended well.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  account: ServerAccount,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(program, args, {
      ...account,
      // Ours may be closed to the account. Not in the terminal's group: Ctrl-C is for us to handle.
      cwd: tmpdir(),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.on('data', (text) => {
      output += text
    })
    child.stderr.on('data', (text) => {
      output += text
    })
    child.on('error', (error) => reject(startFailed(program, error.message, error)))
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(startFailed(program, output || `exit code ${code}`)),
    )
  })
}
