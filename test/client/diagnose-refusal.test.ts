import { expect, it } from '@jest/globals'
import { buildServerError } from '../../src/client/client-failure.js'
import { diagnoseRefusal } from '../../src/client/diagnose-refusal.js'

const error = buildServerError('23505', 'no')

it.each([
  ['the role may run no block', () => Promise.reject(new Error('no language'))],
  ['nothing was kept', () => Promise.resolve([])],
  ['the statement is taken now', () => Promise.resolve([{ said: '{"code":"GYRO0"}' }])],
])('an error stays what it was where %s', async (_, answer) => {
  const sent: string[] = []
  const send = async (sql: string) => {
    sent.push(sql)
    return { rows: /^(do|select)/.test(sql) ? await answer() : [] }
  }

  const said = await diagnoseRefusal(send, { text: 'select 1', values: [], error })

  expect(said).toBe(error)
  expect(sent.at(-1)).toMatch(/^(release|rollback to) savepoint prisma_gyro_diagnosis$/)
})
