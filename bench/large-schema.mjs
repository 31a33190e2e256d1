// The workload `schema`: a Prisma schema as large applications have it, and a small CSV file of each
// model. The same number of models gives the same bytes, everywhere.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Columns of each model. */
export const FIELDS = 20

const ROWS = 20

/**
 * Makes the folder of a schema anew: `schema.prisma`, and `export/` with a file of each model.
 *
 * @param count Number of models. A fifth have a key of two columns, a seventh refer to themselves,
 * all but the first refer twice to one model and, where there is one before, to a key of two columns.
 * There is an enum for every three.
 * @returns The folder.
 */
export function makeLargeSchema(count, data = path.join(import.meta.dirname, 'data')) {
  const folder = path.join(data, `schema-${count}`)
  const models = buildModels(count)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.join(folder, 'export'), { recursive: true })
  writeFileSync(path.join(folder, 'schema.prisma'), renderSchema(models))
  for (const model of models) {
    writeFileSync(path.join(folder, 'export', `${model.name}.csv`), renderFile(model))
  }
  return folder
}

function buildModels(count) {
  const models = []
  for (let index = 0; index < count; index++) {
    const isCompound = index % 5 === 4
    const columns = isCompound ? [AREA, NUMBER] : [ID]
    const model = { name: nameOf('M', index), index, isCompound, columns, relations: [] }
    refer(model, models)
    model.columns.push({ name: 'state', type: nameOf('E', enumOf(index)), value: stateOf })
    for (let rest = 0; model.columns.length < FIELDS; rest++) {
      const { type, value } = PLAIN[(index + rest) % PLAIN.length]
      model.columns.push({ name: `field${rest}`, type, value })
    }
    models.push(model)
  }
  return models
}

const ID = { name: 'id', type: 'Int @id @default(autoincrement())', value: (row) => row }
const AREA = { name: 'area', type: 'Int', value: (row) => 1 + (row % 3) }
const NUMBER = { name: 'number', type: 'Int', value: (row) => row }

/** Row `n` refers to row `n` of models before, and to the row before it in its own. */
function refer(model, before) {
  const { index, isCompound } = model
  const simple = before.filter((other) => !other.isCompound)
  const compound = before.filter((other) => other.isCompound)
  if (simple.length > 0) {
    const target = simple[(index * 7) % simple.length]
    addReference(model, target, 'owner', [{ ...ID, name: 'ownerId', type: 'Int' }])
    addReference(model, target, 'editor', [{ ...ID, name: 'editorId', type: 'Int?' }])
  }
  if (compound.length > 0) {
    const target = compound[(index * 3) % compound.length]
    const columns = [
      { ...AREA, name: 'placeArea', type: 'Int?' },
      { ...NUMBER, name: 'placeNumber', type: 'Int?' },
    ]
    addReference(model, target, 'place', columns)
  }
  if (!isCompound && index % 7 === 0) {
    const value = (row) => (row === 1 ? '' : row - 1)
    addReference(model, model, 'parent', [{ name: 'parentId', type: 'Int?', value }])
  }
}

function addReference(model, target, field, columns) {
  const relation = `${model.name}_${field}`
  const names = columns.map(({ name }) => name).join(', ')
  const keys = target.isCompound ? 'area, number' : 'id'
  const isOptional = columns[0].type.endsWith('?') ? '?' : ''
  model.columns.push(...columns)
  model.relations.push(
    `${field} ${target.name}${isOptional} @relation("${relation}", fields: [${names}], references: [${keys}])`,
  )
  target.relations.push(`${relation} ${model.name}[] @relation("${relation}")`)
}

const STATES = ['OPEN', 'PAID', 'SENT', 'DONE']
const stateOf = (row) => STATES[row % STATES.length]
const enumOf = (index) => Math.floor(index / 3)
const nameOf = (letter, index) => `${letter}${String(index).padStart(4, '0')}`

const PLAIN = [
  { type: 'String', value: (row) => `Text ${row}` },
  { type: 'String?', value: (row) => (row % 3 === 0 ? '' : `"Some, ${row}"`) },
  { type: 'Int', value: (row) => row * 7 },
  { type: 'BigInt?', value: (row) => `90071992547409${row}` },
  { type: 'Boolean @default(false)', value: (row) => row % 2 === 0 },
  { type: 'DateTime', value: (row) => `2024-01-${String(row).padStart(2, '0')} 12:00:00` },
  { type: 'Decimal @db.Decimal(12, 2)', value: (row) => `${row}.50` },
  { type: 'Float?', value: (row) => row / 4 },
  { type: 'Json?', value: (row) => `"{""row"": ${row}}"` },
  { type: 'String @db.VarChar(80)', value: (row) => `SKU-${row}` },
]

function renderSchema(models) {
  const enums = new Set(models.map(({ index }) => enumOf(index)))
  return [
    'generator gyro {\n  provider = "prisma-gyro"\n  output = "./gyro"\n}',
    'datasource db {\n  provider = "postgresql"\n}',
    ...[...enums].map((index) => `enum ${nameOf('E', index)} {\n  ${STATES.join('\n  ')}\n}`),
    ...models.map(renderModel),
  ].join('\n\n')
}

function renderModel({ name, columns, relations, isCompound }) {
  const fields = columns.map((column) => `${column.name} ${column.type}`)
  const key = isCompound ? ['@@id([area, number])'] : []
  return `model ${name} {\n  ${[...fields, ...relations, ...key].join('\n  ')}\n}`
}

function renderFile({ columns }) {
  const rows = Array.from({ length: ROWS }, (_, row) => columns.map(({ value }) => value(row + 1)))
  return [columns.map(({ name }) => name), ...rows].map((row) => `${row.join(',')}\n`).join('')
}
