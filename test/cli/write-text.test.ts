import { Writable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { writeText } from '../../src/cli/write-text.js'
import { recordStream } from './recorded-io.js'

async function* text(): AsyncGenerator<string> {
  yield 'a\n'
  yield 'b\n'
}

/** A stream that fails with a code of the system. */
function failingStream(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  })
}

describe('writeText', () => {
  it('writes all and leaves the stream open', async () => {
    const stream = recordStream()

    await writeText(text(), stream)
    stream.write('c\n')

    expect(stream.text()).toBe('a\nb\nc\n')
  })

  it('stops where the reader went away', async () => {
    await expect(writeText(text(), failingStream('EPIPE'))).resolves.toBeUndefined()
  })

  it('tells every other failure', async () => {
    await expect(writeText(text(), failingStream('ENOSPC'))).rejects.toThrow('ENOSPC')
  })
})
