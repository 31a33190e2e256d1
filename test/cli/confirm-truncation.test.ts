import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { confirmTruncation } from '../../src/cli/confirm-truncation.js'
import { recordStream } from './recorded-io.js'

const TRUNCATED = [
  { table: 'public.User', rows: 12_000 },
  { table: 'public.Post', rows: null },
]

function confirm(answer: readonly (string | Uint8Array)[], truncated = TRUNCATED) {
  const stderr = recordStream()
  const stdin = Object.assign(Readable.from(answer), { isTTY: true })
  const confirming = confirmTruncation({ stdin, stderr }, async () => ({ truncated }))
  return confirming.then((isConfirmed) => ({ isConfirmed, asked: stderr.text() }))
}

describe('the question before tables are emptied', () => {
  it('names them and their rows', async () => {
    expect(await confirm(['y\n'])).toEqual({
      isConfirmed: true,
      asked: `\
These tables are emptied:
  public.User (about 12 000 rows)
  public.Post (its rows were never counted)
Go on? [y/N] `,
    })
  })

  it.each([
    [['yes\n'], true],
    [[' Y \r\n'], true],
    [['y', 'es', '\n', 'n'], true],
    [[Buffer.from('y\n')], true],
    [['n\n'], false],
    [['\n'], false],
    [['yesterday\n'], false],
    [[], false],
  ])('takes %j for %s', async (answer, wanted) => {
    expect((await confirm(answer)).isConfirmed).toBe(wanted)
  })

  it('is not asked where there is none', async () => {
    expect(await confirm([], [])).toEqual({ isConfirmed: true, asked: '' })
  })

  it('cannot be asked without a terminal', async () => {
    const io = { stdin: Readable.from(['y\n']), stderr: recordStream() }
    const confirming = confirmTruncation(io, async () => ({ truncated: TRUNCATED }))

    await expect(confirming).rejects.toMatchObject({ code: 'CLI.NOT_CONFIRMED' })
  })
})
