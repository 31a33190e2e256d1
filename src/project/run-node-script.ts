import { spawn } from 'node:child_process'

/**
 * Runs a function of the project's world (its `@prisma/config`, its schema engine) in a Node of its
 * own and gives what it returns. So nothing it prints reaches our stdout, its memory is given back,
 * and a module that keeps a socket open does not keep us alive.
 *
 * @param script Source text of a function of one argument; CommonJS, async or not.
 * @param input Plain data; so is the result.
 * @throws {Error} What the function threw, as far as its message goes.
 */
export function runNodeScript<Result>(
  script: string,
  input: object,
  { cwd, env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=commonjs', '-e', answering(script)], {
      cwd,
      env,
      stdio: ['ignore', STDERR, STDERR, 'ipc'],
      // Not in the terminal's process group: Ctrl-C is for us to handle.
      detached: true,
      windowsHide: true,
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => reject(new Error(`Node ended early: ${signal ?? code}`)))
    child.on('message', (answer: Answer<Result>) => {
      child.kill()
      if ('problem' in answer) {
        reject(new Error(answer.problem))
      } else {
        resolve(answer.value)
      }
    })
    child.send(input, () => {})
  })
}

/** What the child prints on either stream goes where talk goes. */
const STDERR = 2

type Answer<Result> = { readonly value: Result } | { readonly problem: string }

function answering(script: string): string {
  return `
process.once('message', async (input) => {
  try {
    process.send({ value: await (${script})(input) })
  } catch (error) {
    process.send({ problem: String(error?.message ?? error) })
  }
})`
}
