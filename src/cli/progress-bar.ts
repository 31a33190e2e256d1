import cliProgress from 'cli-progress'
import type { ProgressEvent } from '../index.js'
import { type FileProgress, listFacts, PHASES, shareOf, startFile } from './file-progress.js'
import { printable } from './printable.js'
import type { Progress } from './progress.js'
import type { Look, OutputStream } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** Columns of the bar itself: in a narrow terminal the numbers matter more. */
const BAR_WIDTH = { narrow: 10, wide: 24 } as const

/** What the one line of the bar shows: a file, or a phase that nobody can measure. */
type Shown = { readonly model: string; readonly file: FileProgress } | { readonly phase: string }

/**
 * Progress for a terminal: one line that moves and is gone at the end, as the summary then says it
 * all.
 */
export function createProgressBar(
  stream: OutputStream,
  look: Look,
  now: () => number = Date.now,
): Progress {
  let shown: Shown = { phase: PHASES.plan }
  // Several are written at a time: one of them is shown.
  const files = new Map<string, FileProgress>()
  const bar = new cliProgress.SingleBar({
    stream,
    format: () => renderLine(shown, look, now()),
    clearOnComplete: true,
    hideCursor: true,
  })

  function show(next: Shown): void {
    shown = next
    if (!bar.isActive) {
      bar.start(1, 0)
    }
    bar.update(0)
  }

  function onProgress(event: ProgressEvent): void {
    if (event.type === 'phase') {
      const phase = PHASES[event.phase]
      if (phase !== null) {
        show({ phase })
      }
    } else if (event.type === 'warning') {
      // Above the bar, which comes again with the next event.
      bar.stop()
      stream.write(`${renderWarning(event.warning, look)}\n`)
    } else if (event.type === 'file-start') {
      const file = startFile(event, now())
      files.set(event.model, file)
      show({ model: event.model, file })
    } else if (event.type === 'file-progress') {
      const started = files.get(event.model)
      if (started === undefined) return
      const file = { ...started, bytes: event.bytes, rows: event.rows }
      files.set(event.model, file)
      if ('file' in shown && shown.model === event.model) show({ model: event.model, file })
    } else {
      files.delete(event.model)
      const [other] = files
      if (other !== undefined) show({ model: other[0], file: other[1] })
    }
  }

  let isStopped = false
  return {
    // Events go on while an interrupted import is rolled back.
    onProgress: (event) => {
      if (!isStopped) {
        onProgress(event)
      }
    },
    stop: () => {
      isStopped = true
      bar.stop()
    },
  }
}

function renderWarning(warning: string, { colors, width }: Look): string {
  const lines = wrapText(warning, { width, first: '! ', rest: '  ' })
  return colors.yellow(lines.join('\n'))
}

/** `Customer  ━━━━━━────  62 %  4 s left  41 203 rows`: as many facts as the line has room for. */
function renderLine(shown: Shown, { colors, width }: Look, now: number): string {
  if ('phase' in shown) {
    return colors.dim(`${shown.phase} …`)
  }
  const { file } = shown
  const name = printable(file.activity)
  const [share, ...facts] = listFacts(file, now)
  const size = width < 100 ? BAR_WIDTH.narrow : BAR_WIDTH.wide
  const done = Math.round(shareOf(file) * size)
  const bar = colors.cyan('━'.repeat(done)) + colors.dim('─'.repeat(size - done))
  let tail = share.padStart(7)
  let room = width - name.length - size - tail.length - 2
  for (const fact of facts) {
    room -= fact.length + 2
    if (room < 0) {
      break
    }
    tail += `  ${fact}`
  }
  return `${name}  ${bar}${tail}`
}
