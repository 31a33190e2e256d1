import { expect } from '@jest/globals'
import { readUniqueIndexes } from '../../src/postgres/unique-index.js'
import { itSince } from '../support/since.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLES = `
create table a (
  id int primary key,
  "Mail" text,
  gone boolean,
  note text,
  constraint late unique (note) deferrable
);
create unique index b_partial on a ("Mail", id) include (note) where not gone and note is not null;
create unique index c_nulls on a ("Mail") nulls not distinct;
create unique index d_expression on a (lower("Mail"));
create index e_plain on a (gone);
alter table a add constraint f_excluded exclude using btree (gone with =);
create table other (id int primary key)`

const USUAL = { schema: 'public', table: 'a', predicate: null, usedColumns: [] }

itSince(15)('reads what keeps values apart, with what ON CONFLICT has to know of it', () =>
  withTestDatabase(TABLES, async (client) => {
    const indexes = await readUniqueIndexes(client, [{ schema: 'public', table: 'a' }])

    expect(indexes).toEqual([
      { ...USUAL, name: 'a_pkey', columns: ['id'], nullsEqual: false, isDeferrable: false },
      {
        ...USUAL,
        name: 'b_partial',
        columns: ['Mail', 'id'],
        predicate: '((NOT gone) AND (note IS NOT NULL))',
        usedColumns: ['Mail', 'gone', 'id', 'note'],
        nullsEqual: false,
        isDeferrable: false,
      },
      { ...USUAL, name: 'c_nulls', columns: ['Mail'], nullsEqual: true, isDeferrable: false },
      { ...USUAL, name: 'late', columns: ['note'], nullsEqual: false, isDeferrable: true },
    ])
  }),
)
