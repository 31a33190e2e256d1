import type { ImportPlan } from '../index.js'
import { notConfirmed } from './cli-error.js'
import { formatCount } from './quantity.js'
import type { CommandLineIo } from './terminal.js'

/**
 * Asks whether the tables of a plan may be emptied; true when they may.
 *
 * @throws {GyroError} `CLI.NOT_CONFIRMED` where standard input is no terminal.
 */
export async function confirmTruncation(
  { stdin, stderr }: Pick<CommandLineIo, 'stdin' | 'stderr'>,
  readPlan: () => Promise<Pick<ImportPlan, 'truncated'>>,
): Promise<boolean> {
  if (!stdin.isTTY) {
    throw notConfirmed()
  }
  const { truncated } = await readPlan()
  if (truncated.length === 0) {
    return true
  }
  stderr.write(`These tables are emptied:\n${truncated.map(describeTable).join('')}Go on? [y/N] `)
  return /^y(es)?$/i.test((await readLine(stdin)).trim())
}

function describeTable({ table, rows }: ImportPlan['truncated'][number]): string {
  const count = rows === null ? 'its rows were never counted' : `about ${formatCount(rows)} rows`
  return `  ${table} (${count})\n`
}

async function readLine(stdin: CommandLineIo['stdin']): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    if (text.includes('\n')) break
  }
  return text
}
