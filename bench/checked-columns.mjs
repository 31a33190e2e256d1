// The workload `checks`: a column for each rule for values, and for each way to write a value that the
// rule treats differently.
import { numericOf, typeOf } from './value-rules.mjs'

const LABELS = Array.from({ length: 10 }, (_, index) => `state-${index}`)
const NAMES = LABELS.map((value, index) => ({ name: `STATE_${index}`, value }))
const STATE = typeOf('State', { labels: LABELS })

const pad = (number) => String(number).padStart(2, '0')
const dayOf = (row) => `2026-${pad(1 + (row % 12))}-${pad(1 + (row % 28))}`
const timeOf = (row) => `${pad(row % 24)}:${pad(row % 60)}:00.${100 + (row % 900)}`
const bytesOf = (row) => Buffer.from(`Some bytes, ${100_000 + row}`)
const inQuotes = (text) => `"${text.replaceAll('"', '""')}"`

/**
 * `type` as the catalog has it, `values` what the schema calls those of an enum, and `value` the CSV
 * of the field in a row.
 */
export const CHECKED_COLUMNS = [
  {
    title: 'timestamp(3)',
    type: typeOf('timestamp', { modifier: 3 }),
    value: (row) => `${dayOf(row)} ${timeOf(row)}`,
  },
  {
    title: 'timestamp(3), in UTC: …Z',
    type: typeOf('timestamp', { modifier: 3 }),
    value: (row) => `${dayOf(row)}T${timeOf(row)}Z`,
  },
  {
    title: 'timestamp(3), with an offset: …+02:00',
    type: typeOf('timestamp', { modifier: 3 }),
    value: (row) => `${dayOf(row)}T${timeOf(row)}+02:00`,
  },
  {
    title: 'timestamptz(3), with an offset: …+02:00',
    type: typeOf('timestamptz', { modifier: 3 }),
    value: (row) => `${dayOf(row)}T${timeOf(row)}+02:00`,
  },
  { title: 'date', type: typeOf('date'), value: dayOf },
  { title: 'time(3)', type: typeOf('time', { modifier: 3 }), value: timeOf },
  {
    title: 'numeric(10,2)',
    type: numericOf(10, 2),
    value: (row) => `${row}.${10 + (row % 90)}`,
  },
  { title: 'float8', type: typeOf('float8'), value: (row) => `${row}.${row}` },
  { title: 'float8, with an exponent', type: typeOf('float8'), value: (row) => `${row}.5e-7` },
  { title: 'boolean', type: typeOf('bool'), value: (row) => row % 3 === 0 },
  { title: 'enum of 10, by value', type: STATE, values: NAMES, value: (row) => LABELS[row % 10] },
  {
    title: 'enum of 10, by name in the schema',
    type: STATE,
    values: NAMES,
    value: (row) => NAMES[row % 10].name,
  },
  {
    title: 'varchar(80)',
    type: typeOf('varchar', { modifier: 80 + 4 }),
    value: (row) => `The title of row ${row}`,
  },
  {
    title: 'bytea, hexadecimal',
    type: typeOf('bytea'),
    value: (row) => `\\x${bytesOf(row).toString('hex')}`,
  },
  {
    title: 'bytea, base64',
    type: typeOf('bytea'),
    value: (row) => bytesOf(row).toString('base64'),
  },
  {
    title: 'text[], array',
    type: typeOf('text', { isArray: true }),
    value: (row) => inQuotes(`{red,green,tag-${row}}`),
  },
  {
    title: 'text[], JSON',
    type: typeOf('text', { isArray: true }),
    value: (row) => inQuotes(JSON.stringify(['red', 'green', `tag-${row}`])),
  },
]
