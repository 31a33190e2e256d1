import type { CommandLineIo } from './terminal.js'

/** Asks on a terminal whether to go on; true for yes. */
export async function mayGoOn({
  stdin,
  stderr,
}: Pick<CommandLineIo, 'stdin' | 'stderr'>): Promise<boolean> {
  stderr.write('Go on? [y/N] ')
  return /^y(es)?$/i.test((await readLine(stdin)).trim())
}

async function readLine(stdin: CommandLineIo['stdin']): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    if (text.includes('\n')) break
  }
  return text
}
