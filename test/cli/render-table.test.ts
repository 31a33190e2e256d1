import { expect, it } from '@jest/globals'
import { renderTable, type TableColumn } from '../../src/cli/render-table.js'
import { lookOf } from '../../src/cli/terminal.js'
import { recordStream } from './recorded-io.js'

type Row = readonly [model: string, rows: string, size: string, refersTo: string]

const COLUMNS: readonly TableColumn<Row>[] = [
  { head: 'Model', cell: ([model]) => model, narrow: 'cut' },
  { head: 'Rows', cell: ([, rows]) => rows, align: 'right' },
  { head: 'Size', cell: ([, , size]) => size, align: 'right', narrow: 'drop' },
  { head: 'Refers to', cell: ([, , , refersTo]) => refersTo, narrow: 'wrap' },
]

const ROWS: readonly Row[] = [
  ['Customer', '41 203', '5.1 MB', 'Shop, Tenant, Region, Country, Continent'],
  ['CustomerAddressHistory', '7', '812 B', ''],
]

const render = (width: number, rows = ROWS) =>
  renderTable(COLUMNS, rows, { ...lookOf(recordStream(), {}), width })

it('aligns columns and leaves no blanks at the end of a line', () => {
  expect(render(Number.POSITIVE_INFINITY)).toBe(`\
Model                     Rows    Size  Refers to
Customer                41 203  5.1 MB  Shop, Tenant, Region, Country, Continent
CustomerAddressHistory       7   812 B`)
})

it('drops, then wraps', () => {
  expect(render(60)).toBe(`\
Model                     Rows  Refers to
Customer                41 203  Shop, Tenant, Region,
                                Country, Continent
CustomerAddressHistory       7`)
})

it('cuts at the end, and no column below its least width', () => {
  expect(render(20)).toBe(`\
Model         Rows  Refers to
Customer    41 203  Shop, Tenant,
                    Region, Country,
                    Continent
CustomerA…       7`)
})

it('measures wide characters', () => {
  expect(render(80, [['顧客', '1', '1 B', 'x']])).toBe(`\
Model  Rows  Size  Refers to
顧客      1   1 B  x`)
})

it('shows names without control characters', () => {
  expect(render(80, [['a\u001b[31mb\nc', '1', '1 B', 'x']])).toBe(`\
Model     Rows  Size  Refers to
a[31mb c     1   1 B  x`)
})

it('has dim headings on a terminal', () => {
  const table = renderTable([{ head: 'A', cell: String }], ['b'], lookOf(recordStream(80), {}))

  expect(table).toBe('\u001b[2mA\u001b[22m\nb')
})
