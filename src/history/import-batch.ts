import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import { findBatchHolder, lockBatch } from './batch-lock.js'
import { type BatchStatus, mayBecome } from './batch-status.js'
import { batchIsRunning, wrongStatus } from './history-error.js'
import { TOOL_VERSION } from './tool-version.js'

/** What is known of an import before it begins. */
export interface NewBatch {
  readonly id: string
  readonly name: string
  /** `once`: all rows in one transaction. */
  readonly commitMode: 'once' | 'chunk'
  readonly manifestFingerprint: string
  /** As they were given, ready for JSON: no URL, no password. */
  readonly options: Readonly<Record<string, unknown>>
}

/** What is told beside a new status. */
export interface StatusDetail {
  /** The code of what a batch failed by. */
  readonly errorCode?: string
}

/**
 * One import in the history, and the only one who changes its status. All it writes is of the
 * transaction that the client is in.
 */
export class ImportBatch {
  readonly id: string
  #status: BatchStatus
  readonly #client: PostgresClient

  private constructor(client: PostgresClient, id: string, status: BatchStatus) {
    this.#client = client
    this.id = id
    this.#status = status
  }

  /** Writes a batch that has not begun: `PENDING`. */
  static async create(client: PostgresClient, batch: NewBatch): Promise<ImportBatch> {
    await queryRows(client, insertBatch(batch))
    return new ImportBatch(client, batch.id, 'PENDING')
  }

  /**
   * Claims a batch that is there until the transaction ends.
   *
   * @param recorded As the history has it.
   * @throws {GyroError} `HISTORY.RUNNING` when another connection has it.
   */
  static async claim(
    client: PostgresClient,
    { id, status }: { readonly id: string; readonly status: BatchStatus },
  ): Promise<ImportBatch> {
    if (!(await lockBatch(client, id))) {
      throw batchIsRunning(id, await findBatchHolder(client, id))
    }
    return new ImportBatch(client, id, status)
  }

  get status(): BatchStatus {
    return this.#status
  }

  /**
   * Claims the batch until the transaction ends, and begins it.
   *
   * @throws {GyroError} `HISTORY.RUNNING` when another connection has it, `HISTORY.STATUS`.
   */
  async start(): Promise<void> {
    if (!(await lockBatch(this.#client, this.id))) {
      throw batchIsRunning(this.id, await findBatchHolder(this.#client, this.id))
    }
    await this.move('IN_PROGRESS')
  }

  /**
   * Changes the status.
   *
   * @throws {GyroError} `HISTORY.STATUS` when no arrow leads there, or somebody else moved it meanwhile.
   */
  async move(to: BatchStatus, { errorCode }: StatusDetail = {}): Promise<void> {
    const from = this.#status
    if (!mayBecome(from, to)) {
      throw wrongStatus(this.id, from, to)
    }
    const change = { id: this.id, from, to, errorCode: errorCode ?? null }
    const { moved } = await queryRow<{ moved: string }>(this.#client, changeStatus(change))
    if (moved !== '1') {
      throw wrongStatus(this.id, from, to)
    }
    this.#status = to
  }
}

function insertBatch({ id, name, commitMode, manifestFingerprint, options }: NewBatch): Statement {
  return {
    text: `\
with created as (
  insert into prisma_gyro.batch
    (id, name, status, commit_mode, tool_version, manifest_fingerprint, options)
  values ($1, $2, 'PENDING', $3, $4, $5, $6)
  returning id
)
insert into prisma_gyro.event (batch_id, kind)
select id, 'pending'
from created`,
    values: [id, name, commitMode, TOOL_VERSION, manifestFingerprint, JSON.stringify(options)],
  }
}

/** Gives how many rows it changed: none where the status is not what it was. */
function changeStatus(change: {
  readonly id: string
  readonly from: BatchStatus
  readonly to: BatchStatus
  readonly errorCode: string | null
}): Statement {
  const { id, from, to, errorCode } = change
  return {
    text: `\
with moved as (
  update prisma_gyro.batch set
    status = $3,
    started_at = case
      when $3 = 'IN_PROGRESS' then coalesce(started_at, clock_timestamp())
      else started_at
    end,
    finished_at = case
      when $3 in ('COMPLETED', 'FAILED') then clock_timestamp()
      when $3 = 'IN_PROGRESS' then null
      else finished_at
    end,
    transaction_id = case
      when $3 = 'IN_PROGRESS' and commit_mode = 'once' then pg_catalog.pg_current_xact_id()::text
      else transaction_id
    end,
    error_code = case when $3 = 'IN_PROGRESS' then null else coalesce($4, error_code) end
  where id = $1 and status = $2
  returning id
), told as (
  insert into prisma_gyro.event (batch_id, kind, detail)
  select id, $5, case when $4::text is null then '{}' else jsonb_build_object('code', $4::text) end
  from moved
)
select count(*)::text as moved
from moved`,
    values: [id, from, to, errorCode, to.toLowerCase()],
  }
}
