import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { openCsvFile } from '../../src/csv/open-csv-file.js'
import { withCsvFolder } from '../support/csv-folder.js'

describe('openCsvFile', () => {
  it.each([0, 1, 2 ** 19, 2 ** 20 + 5])('gives all of %s bytes', (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251))
    return withCsvFolder({ 'Order.csv': bytes }, async (folder) => {
      const read: Buffer[] = []

      // A chunk holds only until the next one is asked for.
      for await (const chunk of openCsvFile(path.join(folder, 'Order.csv'))) {
        read.push(Buffer.from(chunk))
      }

      expect(Buffer.concat(read).equals(bytes)).toBe(true)
    })
  })

  it('stops between two chunks when it is told to', () =>
    withCsvFolder({ 'Order.csv': Buffer.alloc(2 ** 20) }, async (folder) => {
      const stop = new AbortController()
      const chunks = openCsvFile(path.join(folder, 'Order.csv'), stop.signal)
      const first = await chunks.next()

      stop.abort(new Error('enough'))

      expect(first.done).toBe(false)
      await expect(chunks.next()).rejects.toThrow('enough')
      expect(await chunks.next()).toEqual({ value: undefined, done: true })
    }))

  it('rejects when there is no such file', async () => {
    const reading = openCsvFile('nowhere/Order.csv').next()

    await expect(reading).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
