import { expect, it } from '@jest/globals'
import { withInterruption } from '../../src/cli/interruption.js'
import { recordIo } from './recorded-io.js'

it('aborts at the first signal and ends the process at the second', async () => {
  const io = recordIo()
  const stops: string[] = []
  let now = 5_000

  const aborted = await withInterruption(
    io,
    () => stops.push('stop'),
    async (signal) => {
      io.signals.emit('SIGTERM')
      const afterFirst = [signal.aborted, ...io.exits]
      now += 1_001
      io.signals.emit('SIGINT')
      return afterFirst
    },
    () => now,
  )

  expect(aborted).toEqual([true])
  expect(stops).toEqual(['stop'])
  expect(io.exits).toEqual([3])
})

// npx used to make two of one Ctrl-C, so that the process ended without having said a word.
it('takes a signal that comes twice at once for one', async () => {
  const io = recordIo()

  await withInterruption(
    io,
    () => {},
    async () => {
      io.signals.emit('SIGINT')
      io.signals.emit('SIGINT')
    },
  )

  expect(io.exits).toEqual([])
})

it('leaves no listener behind, also when the work fails', async () => {
  const io = recordIo()

  const work = withInterruption(
    io,
    () => {},
    async () => {
      throw new Error('work failed')
    },
  )

  await expect(work).rejects.toThrow('work failed')
  expect(io.signals.eventNames()).toEqual([])
})
