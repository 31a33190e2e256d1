import { once } from 'node:events'
import path from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { renderManifest } from '../../generator/render-manifest.js'
import {
  expectUntouched,
  FREE,
  filesOf,
  HELD_WAYS,
  type Held,
  type HeldWay,
  optionsOf,
  readTarget,
  rowsOf,
  type Target,
  withHeldStage,
} from '../import/failure-stage.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { type RunningProgram, withProgram } from '../support/run-program.js'

// Processes take their time on a busy machine.
jest.setTimeout(180_000)

/** The built command, as `npm test` and `npm run build` leave it. */
const BIN = path.resolve('dist/src/bin.js')

describe.each(HELD_WAYS)('the import command by $way, in the middle of $moment,', (heldWay) => {
  const { fkMode = 'auto' } = optionsOf(heldWay.way)

  it.each(['SIGINT', 'SIGTERM'] as const)('undoes everything at %s', (signal) =>
    withHeldCommand(heldWay, ['--fk-mode', fkMode], async ({ stage, before, held, program }) => {
      await program.until(held.isReached)

      program.child.kill(signal)
      const { code, stdout, stderr } = await program.ended

      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/\(IMPORT\.INTERRUPTED\)[\s\S]*nothing was written/)
      await expectUntouched({ client: stage.client, before, held }, () =>
        stage.importModels({ fkMode }),
      )
    }),
  )

  it('has the server undo everything when it is killed', () =>
    withHeldCommand(heldWay, ['--fk-mode', fkMode], async ({ stage, before, held, program }) => {
      await program.until(held.isReached)

      program.child.kill('SIGKILL')
      await program.ended
      // A server notices that its client is gone when its statement is done.
      await held.release()

      await expectUntouched({ client: stage.client, before, held }, () =>
        stage.importModels({ fkMode }),
      )
    }))
})

describe('the import command, while it reads,', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('writes nothing at %s', (signal) =>
    withImportStage({ ...filesOf('checked'), rows: rowsOf('checked') }, async (stage) => {
      const before = await readTarget(stage.client)
      const args = ['import', '-', '--models', 'Author', '--url', stage.url]
      await withCommand(stage, args, async (program) => {
        // More than a pipe holds: what has drained was read.
        program.child.stdin?.write(`id,name\n${'1,a\n'.repeat(300_000)}`)
        await once(program.child.stdin as NodeJS.WritableStream, 'drain')

        program.child.kill(signal)
        const { code, stderr } = await program.ended

        if (signal !== 'SIGKILL') {
          expect(code).toBe(3)
          expect(stderr).toMatch(/\(IMPORT\.INTERRUPTED\)/)
        }
      })
      await expectUntouched({ client: stage.client, before, held: FREE }, stage.importModels)
    }),
  )
})

interface HeldCommand {
  readonly stage: ImportStage
  readonly before: Target
  readonly held: Held
  readonly program: RunningProgram
}

/** The import of a stage by the command. */
function withHeldCommand(
  heldWay: HeldWay,
  options: readonly string[],
  use: (command: HeldCommand) => Promise<void>,
): Promise<void> {
  return withHeldStage(heldWay, async (stage, held) => {
    const before = await readTarget(stage.client)
    const args = ['import', stage.folder, '--url', stage.url, ...options]
    await withCommand(stage, args, (program) => use({ stage, before, held, program }))
  })
}

function withCommand(
  { manifest }: ImportStage,
  args: readonly string[],
  use: (program: RunningProgram) => Promise<void>,
): Promise<void> {
  return withCsvFolder({ 'manifest.json': renderManifest(manifest) }, (cwd) =>
    withProgram(
      process.execPath,
      [BIN, ...args, '--manifest', 'manifest.json'],
      { cwd, hasInput: true },
      use,
    ),
  )
}
