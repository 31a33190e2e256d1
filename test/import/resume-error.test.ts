import { expect, it } from '@jest/globals'
import { notResumable, sessionLost } from '../../src/import/resume-error.js'

it.each([
  [
    'ROLLED_BACK',
    'Batch b cannot be resumed. It was rolled back: its rows are gone. Import the files again.',
  ],
  [
    'once',
    'Batch b cannot be resumed. It was one transaction, of which nothing stays when it fails. Import the files again; with --commit chunk an import can be resumed.',
  ],
  [
    'nothing written',
    'Batch b cannot be resumed. It failed before its first chunk: nothing of it was written. Import the files again.',
  ],
] as const)('says why a batch cannot be resumed: %s', (reason, message) => {
  expect(notResumable('b', reason)).toMatchObject({ code: 'IMPORT.NOT_RESUMABLE', message })
})

it('says what may have taken the session', () => {
  expect(sessionLost()).toMatchObject({
    code: 'IMPORT.SESSION_LOST',
    message:
      'The import lost its session. Another process of the server answered than the one that keeps others away: a connection pooler may be in between. Use the direct URL of the server.',
  })
})
