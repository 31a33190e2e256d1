import type { GyroError } from '../error/gyro-error.js'
import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import type { Server } from '../postgres/server.js'
import { rowsAppeared } from './history-error.js'
import type { ImportBatch } from './import-batch.js'

/** Rows that are about to be updated. */
export interface RowsToUpdate {
  readonly model: string
  /** The columns that are updated, by their database names. */
  readonly columns: readonly string[]
  /** Locks the rows and gives two arrays of text, `key` and `values`, and `xid` of each. */
  readonly select: string
}

/** Rows that a part of a statement has met or inserted. */
interface ReturnedRows {
  readonly model: string
  /** The columns that are updated, by their database names. */
  readonly columns: readonly string[]
  /** The name of the part. It gives two arrays of text, `key` and `values`, and `xid`, null for new rows. */
  readonly part: string
  /** The number of the first parameter. */
  readonly first: number
}

/** Since this one RETURNING tells what a row was. */
const RETURNS_OLD = 180_000

/** Keeps account of what an import writes, in the very transaction and savepoint that writes it. */
export class ImportJournal {
  readonly batch: ImportBatch
  /** Whether the server can keep rows in the statement that updates them: see `keepReturned`. */
  readonly keepsReturned: boolean
  readonly #client: PostgresClient
  #writes: number

  /** @param writes How many writes of the batch the history has already. */
  constructor(
    client: PostgresClient,
    batch: ImportBatch,
    { server, writes = 0 }: { readonly server: JournalServer; readonly writes?: number },
  ) {
    this.#client = client
    this.#writes = writes
    this.batch = batch
    // Citus takes no statement that writes several tables.
    this.keepsReturned = server.serverVersion >= RETURNS_OLD && !server.isCitus
  }

  /** To be called behind rows that were written, before their savepoint is released. */
  async wroteRows(model: string, rows: number): Promise<void> {
    if (rows === 0) return
    const write = { batch: this.batch.id, ordinal: this.#writes++, model, rows }
    const { place } = await queryRow<{ place: string }>(this.#client, insertWrite(write))
    await queryRows(this.#client, keepXmin(place))
  }

  /** Keeps what rows are before they are updated, and gives how many there are. */
  async keepBefore({ model, columns, select }: RowsToUpdate): Promise<number> {
    // A role may want other texts of its values; these are read back as what they were.
    await this.#client.query(PLAIN_TEXTS)
    const values = [this.batch.id, model, columns]
    const { kept } = await queryRow<{ kept: string }>(this.#client, {
      text: `\
with kept as (
  insert into prisma_gyro.before_image (batch_id, model, columns, key, "values", xid)
  select $1::uuid, $2, $3::text[], r.key, r."values", r.xid
  from (
${select}
  ) r
  returning 1
)
select count(*)::text as kept
from kept`,
      values,
    })
    return Number(kept)
  }

  /** Gives what keeps the rows that a part of a statement has updated, as another part of that. */
  async keepReturned({ model, columns, part, first }: ReturnedRows): Promise<Statement> {
    await this.#client.query(PLAIN_TEXTS)
    return {
      text: `\
insert into prisma_gyro.before_image (batch_id, model, columns, key, "values", xid)
  select $${first}::uuid, $${first + 1}::text, $${first + 2}::text[], r.key, r."values", r.xid
  from ${part} r
  where r.xid is not null`,
      values: [this.batch.id, model, columns],
    }
  }

  /** What to throw where rows of a model were updated that could not be kept. */
  missed(model: string): GyroError {
    return rowsAppeared(model)
  }
}

/** Dates and times are those of ISO 8601 in UTC all along: see `withTransaction`. */
const PLAIN_TEXTS =
  "set local extra_float_digits = 1; set local bytea_output = 'hex'; set local intervalstyle = 'postgres'"

type JournalServer = Pick<Server, 'serverVersion' | 'isCitus'>

interface Write {
  readonly batch: string
  readonly ordinal: number
  readonly model: string
  readonly rows: number
}

function insertWrite({ batch, ordinal, model, rows }: Write): Statement {
  return {
    text: `\
insert into prisma_gyro.write (batch_id, ordinal, model, xid, rows)
values ($1, $2, $3, '0', $4)
returning ctid::text as place`,
    values: [batch, ordinal, model, rows],
  }
}

/** No function tells the id of a savepoint: only a row that was written in it does. */
function keepXmin(place: string): Statement {
  return {
    text: 'update prisma_gyro.write set xid = xmin where ctid = $1::tid',
    values: [place],
  }
}
