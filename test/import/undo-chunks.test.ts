import { expect, it, jest } from '@jest/globals'
import { pruneHistory } from '../../src/import/prune-history.js'
import { resumeImport } from '../../src/import/resume-import.js'
import { rollbackImport } from '../../src/import/rollback-import.js'
import { CHUNK_OPTIONS, readByName, withChunkStage } from './chunk-stage.js'

jest.setTimeout(60_000)

const REFUSAL = `
create function refuse() returns trigger language plpgsql as $$
begin
  if new.number = 1020 then raise check_violation; end if;
  return new;
end $$;
create trigger refuse before insert on "Order" for each row execute function refuse()`

it('a batch that stopped midway can be rolled back, and then not be resumed', () =>
  withChunkStage(async (stage) => {
    const { manifest, url } = stage
    const before = await readByName(stage)
    await stage.client.query(REFUSAL)
    const failure = await stage.importModels(CHUNK_OPTIONS).catch((error) => error)
    const { batch } = failure.details.meta
    expect(failure.code).toBe('IMPORT.STOPPED')

    const { models } = await rollbackImport(manifest, { batch, url })

    expect(models.find(({ model }) => model === 'Order')).toMatchObject({ deleted: 16 })
    expect(await readByName(stage)).toEqual(before)
    await expect(resumeImport(manifest, { batch, url })).rejects.toMatchObject({
      code: 'IMPORT.NOT_RESUMABLE',
      details: { meta: { reason: 'ROLLED_BACK' } },
    })
  }))

it('a batch that stopped midway and was pruned cannot be resumed, as its keys are gone', () =>
  withChunkStage(async (stage) => {
    const { manifest, url } = stage
    await stage.client.query(REFUSAL)
    const failure = await stage.importModels(CHUNK_OPTIONS).catch((error) => error)
    const { batch } = failure.details.meta
    await stage.client.query(`update prisma_gyro.batch set finished_at = now() - interval '2 days'`)
    await pruneHistory({ url, olderThan: '1d' })
    await stage.client.query('drop trigger refuse on "Order"')
    const before = await readByName(stage)

    await expect(resumeImport(manifest, { batch, url })).rejects.toMatchObject({
      code: 'HISTORY.PRUNED',
    })
    expect(await readByName(stage)).toEqual(before)
  }))

it('a batch that was resumed can be rolled back like any other', () =>
  withChunkStage(async (stage) => {
    const { manifest, url } = stage
    const before = await readByName(stage)
    await stage.client.query(REFUSAL)
    const failure = await stage.importModels(CHUNK_OPTIONS).catch((error) => error)
    const { batch } = failure.details.meta
    await stage.client.query('drop trigger refuse on "Order"')
    await resumeImport(manifest, { batch, url })

    await rollbackImport(manifest, { batch, url })

    expect(await readByName(stage)).toEqual(before)
  }))

it('a batch whose rows triggers made like those of others is never rolled back', () =>
  withChunkStage(async (stage) => {
    const { manifest, url } = stage
    await stage.client.query(`
create function touch() returns trigger language plpgsql as $$
begin insert into "Line" values (new.id, 99, 'of a trigger'); return null; end $$;
create trigger touch after insert on "Order" for each row execute function touch()`)

    const { batch } = await stage.importModels(CHUNK_OPTIONS)

    expect(batch.isUndoable).toBe(false)
    await expect(rollbackImport(manifest, { batch: batch.id, url })).rejects.toMatchObject({
      code: 'ROLLBACK.INDISTINCT',
    })
  }))
