import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { withSpool } from '../../src/source/spool-input.js'

const { signal: NEVER } = new AbortController()

describe('withSpool', () => {
  it('keeps a stream in a file that nobody else may read, as long as it is used', async () => {
    const input = Readable.from(['id\n', Buffer.from('1\n')])

    const opened = await withSpool(NEVER, async (spool) => {
      const file = await spool('stdin', input)
      expect(file).toMatchObject({ name: 'stdin', path: 'stdin', bytes: 5, compression: null })
      expect(await readFile(file.opened, 'utf8')).toBe('id\n1\n')
      expect((await stat(file.opened)).mode & 0o777).toBe(0o600)
      expect((await stat(path.dirname(file.opened))).mode & 0o777).toBe(0o700)
      return file.opened
    })

    await expect(stat(path.dirname(opened))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('removes the file when its use fails', async () => {
    let opened = ''

    const using = withSpool(NEVER, async (spool) => {
      const file = await spool('stdin', Readable.from(['']))
      opened = file.opened
      throw new Error('no')
    })

    await expect(using).rejects.toThrow('no')
    await expect(stat(path.dirname(opened))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says that a stream failed', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('id\n')
      throw new Error('the peer went away')
    }

    const using = withSpool(NEVER, (spool) => spool('stdin', failing()))

    await expect(using).rejects.toMatchObject({
      code: 'SOURCE.UNREADABLE_FILE',
      message: expect.stringContaining('stdin cannot be read. The attempt ended with: the peer'),
    })
  })

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController()
    const endless = new Readable({ read() {} })

    const using = withSpool(stop.signal, (spool) => spool('stdin', endless))
    stop.abort(new Error('enough'))

    await expect(using).rejects.toThrow('enough')
    expect(endless.destroyed).toBe(true)
  })
})
