import { describe, expect, it, jest } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { resumeImport } from '../../src/import/resume-import.js'
import { withCutAfter } from '../support/cut-after.js'
import type { ImportStage } from '../support/import-stage.js'
import { isAlone } from '../support/is-alone.js'
import { until } from '../support/until.js'
import { CHUNK_OPTIONS, expectTrueHistory, readByName, withChunkStage } from './chunk-stage.js'

// Servers take their time on a busy machine.
jest.setTimeout(300_000)

/** `KILL_SEED=7 npm test -- test/import/chunk-kills` repeats a run, `KILLS=50` does more of them. */
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)
const KILLS = Number(process.env['KILLS'] ?? 6)

/** A number from 0 to below 1, the same for the same place of the same seed. */
function chance(place: number): number {
  let hash = Math.imul(SEED + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

/** Bytes of an import from its start to its end, and what it comes to. */
const uncut = withChunkStage((stage) =>
  withCutAfter(stage.url, Number.POSITIVE_INFINITY, async ({ url, sent }) => {
    await importModels(stage.manifest, { from: stage.folder, ...CHUNK_OPTIONS, url })
    return { bytes: sent(), rows: await readByName(stage) }
  }),
)

/** Runs the import, or goes on with it, while the connection is cut. Gives the batch; null if all is done. */
async function runCut(
  { manifest, folder, url }: ImportStage,
  { bytes, batch }: { readonly bytes: number; readonly batch: string | null },
): Promise<string | null> {
  return withCutAfter(url, bytes, async (network) => {
    const running =
      batch === null
        ? importModels(manifest, { from: folder, ...CHUNK_OPTIONS, url: network.url })
        : resumeImport(manifest, { batch, url: network.url })
    const failure = await running.then(
      () => null,
      (error) => error,
    )
    if (failure === null) return null
    expect(failure.code).toMatch(
      /^(IMPORT\.STOPPED|POSTGRES\.(CONNECTION_LOST|UNREACHABLE|OUTCOME_UNKNOWN))$/,
    )
    return failure.details.meta?.batch ?? batch ?? 'none'
  })
}

describe(`an import in chunks that is killed (seed ${SEED})`, () => {
  it.each(Array.from({ length: KILLS }, (_, kill) => kill))(
    'has every row once after it was resumed: kill %i',
    async (kill) => {
      const { bytes, rows } = await uncut
      await withChunkStage(async (stage) => {
        const before = await readByName(stage)
        let batch: string | null = null
        for (let run = 0; run < 40; run++) {
          const cutAfter = Math.floor(chance(kill * 100 + run) * bytes * 1.01)
          const stopped: string | null = await runCut(stage, { bytes: cutAfter, batch })
          await until(() => isAlone(stage.client))
          if (stopped === null) break
          if (stopped === 'none') expect(await readByName(stage)).toEqual(before)
          else batch = stopped
        }

        expect(await readByName(stage)).toEqual(rows)
        await expectTrueHistory(stage)
      })
    },
  )
})
