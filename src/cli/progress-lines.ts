import type { ProgressEvent } from '../index.js'
import { ACTIVITIES, type FileProgress, listFacts, PHASES, startFile } from './file-progress.js'
import { printable } from './printable.js'
import type { Progress } from './progress.js'
import { formatNumberOf, formatRate, formatSeconds } from './quantity.js'
import type { OutputStream } from './terminal.js'

/** A file that takes longer says so this often, in milliseconds. */
const HEARTBEAT_MS = 10_000

/** Progress for logs: a line when a file is done, and a sign of life while a long one is on its way. */
export function createProgressLines(stream: OutputStream, now: () => number = Date.now): Progress {
  // Several are written at a time.
  const files = new Map<string, FileProgress>()
  let saidAt = 0
  const say = (line: string) => {
    saidAt = now()
    stream.write(`${printable(line)}\n`)
  }

  function onProgress(event: ProgressEvent): void {
    if (event.type === 'phase') {
      const { phase } = event
      if (phase === 'verify' || phase === 'undo' || phase === 'commit') {
        say(PHASES[phase])
      }
    } else if (event.type === 'warning') {
      say(`! ${event.warning}`)
    } else if (event.type === 'file-start') {
      files.set(event.model, startFile(event, now()))
      saidAt = now()
    } else if (event.type === 'file-progress') {
      const started = files.get(event.model)
      if (started === undefined) return
      const file = { ...started, bytes: event.bytes, rows: event.rows }
      files.set(event.model, file)
      if (now() - saidAt >= HEARTBEAT_MS) {
        say(`${file.activity}: ${listFacts(file, now()).join(', ')}`)
      }
    } else if (event.type === 'file-end' && event.phase !== 'survey') {
      const rate = formatRate(event.rows, event.seconds)
      const facts = [`${formatNumberOf(event.rows, 'row')} in ${formatSeconds(event.seconds)}`]
      const activity = ACTIVITIES[event.phase](event.model)
      say(`${activity}: ${[...facts, ...(rate === null ? [] : [rate])].join(', ')}`)
    }
  }

  return { onProgress, stop: () => {} }
}
