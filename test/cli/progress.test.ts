import { describe, expect, it } from '@jest/globals'
import { createProgressBar } from '../../src/cli/progress-bar.js'
import { createProgressLines } from '../../src/cli/progress-lines.js'
import { showProgress } from '../../src/cli/show-progress.js'
import { createTerminal, lookOf } from '../../src/cli/terminal.js'
import type { ProgressEvent, ProgressListener } from '../../src/progress/progress.js'
import { recordIo, recordStream } from './recorded-io.js'

const CUSTOMER = { phase: 'load', model: 'Customer' } as const

/** A clock that the test moves, in milliseconds. */
function createClock() {
  let time = 1_000_000
  return { now: () => time, pass: (milliseconds: number) => (time += milliseconds) }
}

function start(onProgress: ProgressListener, event: Partial<ProgressEvent> = {}): void {
  onProgress({
    type: 'file-start',
    ...CUSTOMER,
    file: 'export/Customer.csv',
    bytes: 5_100_000,
    ...event,
  } as ProgressEvent)
}

describe('createProgressLines', () => {
  it('says when a file is done and what comes after the files', () => {
    const stream = recordStream()
    const { onProgress, stop } = createProgressLines(stream, createClock().now)

    onProgress({ type: 'phase', phase: 'plan' })
    onProgress({ type: 'phase', phase: 'survey' })
    start(onProgress, { phase: 'survey' })
    onProgress({ type: 'file-end', phase: 'survey', model: 'Customer', rows: 41_203, seconds: 1 })
    start(onProgress)
    onProgress({ type: 'file-progress', ...CUSTOMER, bytes: 1_000_000, rows: 8_000 })
    onProgress({ type: 'file-end', ...CUSTOMER, rows: 41_203, seconds: 0.42 })
    onProgress({ type: 'file-end', phase: 'load', model: 'Empty', rows: 0, seconds: 0.001 })
    onProgress({ type: 'phase', phase: 'verify' })
    onProgress({ type: 'phase', phase: 'commit' })
    stop()

    expect(stream.text()).toBe(`\
Customer: 41 203 rows in 0.4 s, 98 000 rows/s
Empty: 0 rows in 1 ms
Verifying
Committing
`)
  })

  it.each([
    ['check', 'Check of Customer'],
    ['hooks', 'Hooks of Customer'],
  ] as const)('says what a file goes through before it is loaded: %s', (phase, activity) => {
    const stream = recordStream()
    const { onProgress } = createProgressLines(stream, createClock().now)

    onProgress({ type: 'phase', phase })
    start(onProgress, { phase })
    onProgress({ type: 'file-end', phase, model: 'Customer', rows: 41_203, seconds: 0.42 })

    expect(stream.text()).toBe(`${activity}: 41 203 rows in 0.4 s, 98 000 rows/s\n`)
  })

  it('tells warnings, safe to print', () => {
    const stream = recordStream()
    const { onProgress } = createProgressLines(stream, createClock().now)

    onProgress({ type: 'phase', phase: 'plan' })
    onProgress({ type: 'warning', warning: 'Nobody checks \x1b[1mOrder.shop.' })

    expect(stream.text()).toBe('! Nobody checks [1mOrder.shop.\n')
  })

  it('gives a sign of life every ten seconds', () => {
    const stream = recordStream()
    const clock = createClock()
    const { onProgress } = createProgressLines(stream, clock.now)

    start(onProgress)
    for (let second = 1; second <= 25; second++) {
      clock.pass(1000)
      onProgress({
        type: 'file-progress',
        ...CUSTOMER,
        bytes: second * 100_000,
        rows: second * 800,
      })
    }

    expect(stream.text()).toBe(`\
Customer: 19 %, 41 s left, 8 000 rows, 800 rows/s, 1.0/5.1 MB
Customer: 39 %, 31 s left, 16 000 rows, 800 rows/s, 2.0/5.1 MB
`)
  })

  it('names the survey as such and prints no control characters', () => {
    const stream = recordStream()
    const clock = createClock()
    const { onProgress } = createProgressLines(stream, clock.now)

    start(onProgress, { phase: 'survey', model: 'A\u001b[2JB', bytes: 0 })
    clock.pass(10_000)
    onProgress({ type: 'file-progress', phase: 'survey', model: 'A\u001b[2JB', bytes: 0, rows: 0 })

    expect(stream.text()).toBe('Keys of A[2JB: 100 %, 0 rows, 0/0 B\n')
  })

  it('survives progress of a file that never started', () => {
    const stream = recordStream()
    const { onProgress } = createProgressLines(stream)

    onProgress({ type: 'file-progress', ...CUSTOMER, bytes: 1, rows: 1 })

    expect(stream.text()).toBe('')
  })
})

describe('createProgressBar', () => {
  /** The lines that were drawn over each other, without what moves the cursor. */
  function drawn(text: string): string[] {
    return text
      .replaceAll(/\u001b(?:[78]|\[\??[\d;]*[A-Zhlm])/g, '\n')
      .split(/\n+/)
      .filter((line) => line.trim() !== '')
  }

  it.each([
    [
      120,
      'Customer  ━━━━━━━━━━━━━━━─────────   62 %  2 s left  41 203 rows  11 000 rows/s  3.2/5.1 MB',
    ],
    [80, 'Customer  ━━━━━━────   62 %  2 s left  41 203 rows  11 000 rows/s  3.2/5.1 MB'],
    [60, 'Customer  ━━━━━━────   62 %  2 s left  41 203 rows'],
    [20, 'Customer  ━━━━━━────   62 %'],
  ])('shows in %p columns what has room', async (columns, expected) => {
    const stream = recordStream(columns)
    const clock = createClock()
    const look = lookOf(stream, { NO_COLOR: '1' })
    const { onProgress, stop } = createProgressBar(stream, look, clock.now)

    start(onProgress)
    clock.pass(3_800)
    onProgress({ type: 'file-progress', ...CUSTOMER, bytes: 3_200_000, rows: 41_203 })
    stop()

    expect(drawn(stream.text()).at(-1)).toBe(expected)
  })

  it('shows phases that nobody can measure, and is gone at the end with the cursor back', () => {
    const stream = recordStream(80)
    const { onProgress, stop } = createProgressBar(stream, lookOf(stream, { NO_COLOR: '1' }))

    onProgress({ type: 'phase', phase: 'load' })
    onProgress({ type: 'phase', phase: 'verify' })
    onProgress({ type: 'file-progress', ...CUSTOMER, bytes: 1, rows: 1 })
    onProgress({ type: 'file-end', ...CUSTOMER, rows: 1, seconds: 1 })
    stop()
    start(onProgress)
    stop()

    expect(drawn(stream.text())).toEqual(['Verifying …'])
    expect(stream.text()).toMatch(/\u001b\[\?25h.*\u001b\[2K$/s)
  })

  it('tells warnings above itself, and goes on', () => {
    const stream = recordStream(40)
    const { onProgress, stop } = createProgressBar(stream, lookOf(stream, { NO_COLOR: '1' }))

    onProgress({ type: 'phase', phase: 'plan' })
    onProgress({ type: 'warning', warning: 'Nothing checks Order.shop: there is no foreign key.' })
    onProgress({ type: 'phase', phase: 'verify' })
    stop()

    expect(drawn(stream.text())).toEqual([
      'Planning …',
      '! Nothing checks Order.shop: there is no',
      '  foreign key.',
      'Verifying …',
    ])
  })

  it('draws in colours', () => {
    const stream = recordStream(80)
    const { onProgress, stop } = createProgressBar(stream, lookOf(stream, {}))

    start(onProgress)
    stop()

    expect(stream.text()).toContain('\u001b[2m──────────\u001b[22m')
  })
})

describe('showProgress', () => {
  it('draws on a terminal, writes lines elsewhere and nothing when quiet', async () => {
    const texts = []
    for (const [columns, quiet] of [
      [80, false],
      [undefined, false],
      [80, true],
    ] as const) {
      const io = recordIo(columns === undefined ? {} : { columns })
      const { onProgress, stop } = await showProgress(createTerminal(io, { quiet }))
      onProgress({ type: 'phase', phase: 'verify' })
      stop()
      texts.push(io.stderr.text())
    }

    expect(texts[0]).toContain('Verifying …')
    expect(texts[1]).toBe('Verifying\n')
    expect(texts[2]).toBe('')
  })
})
