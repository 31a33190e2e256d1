import { expect, it } from '@jest/globals'
import { rowsAppeared } from '../../src/history/history-error.js'

it('says what to do where rows appear all the time', () => {
  const error = rowsAppeared('Item')

  expect(error.code).toBe('HISTORY.ROWS_APPEARED')
  expect(error.message).toBe(
    'Rows of Item appear all the time. Another program inserts rows of the import itself: what they were before this one updates them could not be kept. Stop the other program and import again: nothing was written. With --no-history it is not kept what rows were.',
  )
})
