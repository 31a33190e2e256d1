// The workload `update`: a file whose rows are all in the table already, each with another score.
import path from 'node:path'
import { makeCsvFolder } from './csv-folder.mjs'

const CITIES = ['Zürich', 'Paris', 'København', 'Málaga', '']

/** Rows of the file are so many ids apart: as in an export that is in no order of ours. */
const STRIDE = 7_919

/**
 * Makes the CSV folder of a scale, or finds it complete from an earlier run.
 *
 * @param scale 1 is a million rows.
 * @returns `{ folder, rows, bytes }`, rows and bytes per model.
 */
export function makeUpdate(scale) {
  const folder = path.join(import.meta.dirname, 'data', `update-${scale}`)
  return makeCsvFolder(folder, import.meta.filename, {
    headers: { Contact: ['id', 'email', 'name', 'city', 'score'] },
    rows: { Contact: Math.max(10, Math.round(1_000_000 * scale)) },
    linesOf: {
      *Contact({ Contact: rows }) {
        for (let row = 1; row <= rows; row++) {
          const id = 1 + ((row * STRIDE) % rows)
          yield `${id},c${id}@example.com,Contact ${id},${CITIES[id % CITIES.length]},${id + 1}`
        }
      },
    },
  })
}

/** SQL that puts the rows there, as they were before. */
export const fillContacts = (rows) => `\
insert into "Contact" (id, email, name, city, score)
select n, 'c' || n || '@example.com', 'Contact ' || n, null, n
from generate_series(1, ${rows}) n;
vacuum analyze "Contact"`
