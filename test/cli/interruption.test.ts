import { expect, it } from '@jest/globals'
import { withInterruption } from '../../src/cli/interruption.js'
import { recordIo } from './recorded-io.js'

it('aborts at the first signal and ends the process at the second', async () => {
  const io = recordIo()
  const stops: string[] = []

  const aborted = await withInterruption(
    io,
    () => stops.push('stop'),
    async (signal) => {
      io.signals.emit('SIGTERM')
      const afterFirst = [signal.aborted, ...io.exits]
      io.signals.emit('SIGINT')
      return afterFirst
    },
  )

  expect(aborted).toEqual([true])
  expect(stops).toEqual(['stop'])
  expect(io.exits).toEqual([3])
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
