import { describe, expect, it } from '@jest/globals'
import { alreadyRunning, checkFailed, interrupted } from '../../src/import/import-error.js'

describe('the errors of an import', () => {
  it('say that nothing was written', () => {
    expect(alreadyRunning('postgresql://joe@h/db', null).message).toBe(
      'Another import runs on this database. A prisma-gyro import holds the lock of postgresql://joe@h/db. Wait until it is done, then import again: nothing was written.',
    )
    const holder = { pid: 7, since: '2026-01-31T10:00:00Z', application: 'my "app"' }
    expect(alreadyRunning('postgresql://joe@h/db', holder).message).toBe(
      'Another import runs on this database. A prisma-gyro import (process 7 of the server, "my \\"app\\"", connected since 2026-01-31T10:00:00Z) holds the lock of postgresql://joe@h/db. Wait until it is done, then import again: nothing was written. Where its program is gone, end it by: select pg_terminate_backend(7)',
    )
    expect(interrupted().message).toBe(
      'The import was stopped. It was asked to stop before COMMIT and rolled back: the database is as it was. Import again when you like: nothing was written.',
    )
  })

  it('tell only the checks that failed', () => {
    const error = checkFailed([
      { name: 'rows', ok: true, detail: '1 row.' },
      { name: 'references', ok: false, detail: 'Dangling: a.' },
    ])

    expect(error.message).toBe(
      'The loaded rows did not pass a check. Dangling: a. Import the rows that are referred to as well, or correct the references. Look for triggers or rules that change rows, then import again: nothing was written.',
    )
    expect(checkFailed([{ name: 'rows', ok: false, detail: '1 row.' }]).details.fix).toBe(
      'Look for triggers or rules that change rows, then import again: nothing was written.',
    )
    expect(error.details.meta).toEqual({
      checks: [{ name: 'references', ok: false, detail: 'Dangling: a.' }],
    })
  })
})
