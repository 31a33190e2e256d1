import { describe, expect, it } from '@jest/globals'
import { runNodeScript } from '../../src/project/run-node-script.js'

const HERE = { cwd: process.cwd() }

describe('runNodeScript', () => {
  it('gives what the function returns', async () => {
    const sum = await runNodeScript('async ({ a, b }) => a + b', { a: 1, b: 2 }, HERE)

    expect(sum).toBe(3)
  })

  it('does not wait for what the function left open', async () => {
    const result = await runNodeScript('() => { setInterval(() => {}, 1000); return 1 }', {}, HERE)

    expect(result).toBe(1)
  })

  it.each([
    ['() => { throw new Error("boom") }', 'boom'],
    ['() => Promise.reject("plain")', 'plain'],
    ['() => process.exit(3)', 'Node ended early: 3'],
    ['() => process.kill(process.pid, "SIGKILL")', 'Node ended early: SIGKILL'],
  ])('rejects when the function fails: %s', async (script, message) => {
    await expect(runNodeScript(script, {}, HERE)).rejects.toThrow(message)
  })

  it('rejects when there is no such folder', async () => {
    await expect(runNodeScript('() => 1', {}, { cwd: '/no/such/folder' })).rejects.toThrow('ENOENT')
  })
})
