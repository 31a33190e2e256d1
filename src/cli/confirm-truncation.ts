import type { ImportPlan } from '../index.js'
import { notConfirmed } from './cli-error.js'
import { mayGoOn } from './may-go-on.js'
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
  stderr.write(`These tables are emptied:\n${truncated.map(describeTable).join('')}`)
  return mayGoOn({ stdin, stderr })
}

function describeTable({ table, rows }: ImportPlan['truncated'][number]): string {
  const count = rows === null ? 'its rows were never counted' : `about ${formatCount(rows)} rows`
  return `  ${table} (${count})\n`
}
