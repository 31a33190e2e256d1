import { describe, expect, it } from '@jest/globals'
import type { StageSetup } from '../support/import-stage.js'
import { withTeams } from './teams.js'

/** Only the first team has a partition. */
const SMALL_PARTITION = `
drop table "Team" cascade;
create table "Team" (
  id serial primary key, name text, size int, "ownerId" int references "User"
) partition by range (id);
create table first_team partition of "Team" for values from (1) to (2)`

/** A trigger whose function ends the connection that fires it. */
function leave(trigger: string): string {
  return `
create function leave() returns trigger language plpgsql as
'begin perform pg_terminate_backend(pg_backend_pid()); return new; end';
${trigger} for each row execute function leave()`
}

describe('a refused row of a circle', () => {
  it.each<[string, Partial<StageSetup>, object]>([
    [
      'has a value of no integer',
      { files: { 'Team.csv': 'id,name,size,ownerId\n1,a,,2\n2,b,x,1\n' } },
      { code: 'LOAD.VALUE_REFUSED', details: { meta: { line: 3, column: 5, header: 'size' } } },
    ],
    [
      'refers to nothing',
      {
        rows: `
create table code (name text primary key); insert into code values ('a'), ('old');
alter table "Team" add constraint coded foreign key (name) references code`,
      },
      { code: 'LOAD.MISSING_REFERENCE', details: { meta: { line: 3, constraint: 'coded' } } },
    ],
    [
      'is there already',
      { files: { 'Team.csv': 'id,name,size,ownerId\n1,a,,2\n2,old,3,1\n' } },
      { code: 'LOAD.DUPLICATE', details: { meta: { line: 3, constraint: 'Team_name_key' } } },
    ],
    [
      'is there already by what no file holds',
      {
        rows: `
alter table "User" add extra int default 1;
create unique index on "User" (extra) where id > 10`,
      },
      { code: 'LOAD.DUPLICATE', details: { meta: { model: 'User', sqlstate: '23505' } } },
    ],
    [
      'is there already by an expression',
      { rows: 'create unique index by_length on "Team" ((length(name) > 0)) where id > 1' },
      { code: 'LOAD.DUPLICATE', details: { meta: { model: 'Team', constraint: 'by_length' } } },
    ],
    [
      'lacks a value',
      { rows: 'update "Team" set size = 0; alter table "Team" alter size set not null' },
      { code: 'LOAD.NULL_VALUE', details: { meta: { line: 2, column: 5, header: 'size' } } },
    ],
    [
      'lacks a value that a trigger takes away',
      {
        rows: `
alter table "Team" add extra int not null default 1;
create function forget() returns trigger language plpgsql as
'begin new.extra = null; return new; end';
create trigger forget before insert on "Team" for each row execute function forget()`,
      },
      { code: 'LOAD.NULL_VALUE', details: { meta: { model: 'Team', header: null } } },
    ],
    [
      'breaks a rule',
      { rows: 'alter table "Team" add constraint small check (size < 3)' },
      { code: 'LOAD.CHECK_VIOLATION', details: { meta: { line: 3, constraint: 'small' } } },
    ],
    [
      'has no partition',
      { rows: SMALL_PARTITION },
      { code: 'LOAD.CHECK_VIOLATION', details: { meta: { line: 3, model: 'Team' } } },
    ],
    [
      'is refused by a trigger',
      {
        rows: `
create function refuse() returns trigger language plpgsql as
$$begin raise exception 'cell-4711'; end$$;
create trigger refuse after insert on "User" for each row execute function refuse()`,
      },
      { code: 'LOAD.REFUSED', details: { meta: { model: 'Team or User' } } },
    ],
    [
      'ends the connection',
      { rows: leave('create trigger leave after insert on "User"') },
      { code: 'POSTGRES.CONNECTION_LOST' },
    ],
    [
      'ends the connection at the end',
      {
        rows: leave(
          'create constraint trigger leave after insert on "User" deferrable initially deferred',
        ),
      },
      { code: 'POSTGRES.CONNECTION_LOST' },
    ],
    [
      'is dropped by a trigger',
      {
        rows: `
create function drop_row() returns trigger language plpgsql as
'begin return case when new."bossId" is null then null else new end; end';
create trigger drop_row before insert on "User" for each row execute function drop_row();
alter table "User" drop constraint "User_bossId_fkey"`,
      },
      { code: 'LOAD.ROW_COUNT', details: { meta: { model: 'User', sent: 3, stored: 2 } } },
    ],
  ])('%s: nothing is written, and the line is told', (_, setup, wanted) =>
    withTeams(async (stage) => {
      const before = await stage.snapshot()

      const error = await stage.importModels().catch((thrown: Error) => thrown)

      expect(error).toMatchObject(wanted)
      expect(error).toHaveProperty('message', expect.not.stringContaining('4711'))
      expect(await stage.snapshot()).toEqual(before)
    }, setup),
  )
})
