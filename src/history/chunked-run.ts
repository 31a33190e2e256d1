import { type PostgresClient, queryRows } from '../postgres/client.js'

/** What an import that commits in chunks has to keep to go on later. */
export interface ChunkedRun {
  /** The time of the run, which `@updatedAt` and `now()` become. */
  readonly runAt: Date
  /** What new keys are made of that are not counted; null once all rows are there. */
  readonly secret: Buffer | null
  /** Of the plan: another one would write other rows. */
  readonly planFingerprint: string
}

/** A batch as far as going on with it takes. */
export interface ResumableBatch extends ChunkedRun {
  readonly toolVersion: string
  readonly options: Readonly<Record<string, unknown>>
  /** The files as they were, in the order of their rows. */
  readonly files: readonly RecordedFile[]
}

export interface RecordedFile {
  readonly model: string
  readonly path: string
  readonly sha256: string
  readonly bytes: number
}

/** Keeps what a batch needs to go on. */
export async function recordRun(
  client: PostgresClient,
  batch: string,
  { runAt, secret, planFingerprint }: ChunkedRun,
): Promise<void> {
  await queryRows(client, {
    text: `\
update prisma_gyro.batch set run_at = $2, secret = $3, plan_fingerprint = $4
where id = $1`,
    values: [batch, runAt.toISOString(), secret, planFingerprint],
  })
}

/** Null where a batch never came so far that a row was written, or has no chunks. */
export async function readRun(
  client: PostgresClient,
  batch: string,
): Promise<ResumableBatch | null> {
  const [found] = await queryRows<Omit<ResumableBatch, 'files'>>(client, {
    text: `\
select
  run_at as "runAt",
  secret,
  plan_fingerprint as "planFingerprint",
  tool_version as "toolVersion",
  options
from prisma_gyro.batch
where id = $1 and run_at is not null`,
    values: [batch],
  })
  if (found === undefined) return null
  const files = await queryRows<RecordedFile>(client, {
    text: `\
select model, path, sha256, bytes::float8 as bytes
from prisma_gyro.file
where batch_id = $1
order by model, ordinal`,
    values: [batch],
  })
  return { ...found, files }
}

/** Once all rows are there, nobody is to make keys like these any more. */
export async function forgetSecret(client: PostgresClient, batch: string): Promise<void> {
  await queryRows(client, {
    text: 'update prisma_gyro.batch set secret = null where id = $1',
    values: [batch],
  })
}
