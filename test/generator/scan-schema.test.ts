import { describe, expect, it } from '@jest/globals'
import internals from '@prisma/internals'
import fc from 'fast-check'
import { type SchemaText, scanSchema } from '../../generator/scan-schema.js'

describe('scanSchema', () => {
  it('says where comments are, by file, line and column', () => {
    const text = scan(
      '/// one\n  model A {\n\tid Int @id /// two\r\n  /* x\n y */ b Int /// three\n}',
    )

    const comments = text.blocks.flatMap((block) => [
      ...block.comments,
      ...block.fields.flatMap((field) => field.comments),
    ])
    expect(comments).toEqual([
      { text: ' one', place: { file: 'a.prisma', line: 1, column: 4 } },
      { text: ' two', place: { file: 'a.prisma', line: 3, column: 16 } },
      { text: ' three', place: { file: 'a.prisma', line: 5, column: 16 } },
    ])
  })

  it.each(['\n', '\r\n', '\r'])('takes lines that end with %j', (end) => {
    const lines = ['model A {', ' id Int', '}', '', '/// of B', 'model B {', ' id Int', '}']

    const [a, b] = scan(lines.join(end)).blocks

    expect([a?.name, b?.name]).toEqual(['A', 'B'])
    expect(b?.comments).toEqual([
      { text: ' of B', place: { file: 'a.prisma', line: 5, column: 4 } },
    ])
  })

  it('is not misled by strings and comments', () => {
    const text = scan(`
/* model X {
   id Int } */ model A {
  // model Y {
  id Int @id @map("} \\" // /* \\\\") // "open
  /* } */ b Int @default(3) /* c Int */
} // }
model B { ignored Int
}`)

    expect(
      text.blocks.map(({ name, fields }) => [name, fields.map((field) => field.name)]),
    ).toEqual([
      ['A', ['id', 'b']],
      ['B', []],
    ])
  })

  it('lets a block begin behind the end of another', () => {
    const text = scan('model A {\n id Int\n} /* and */ model B {\n id Int\n}')

    expect(text.blocks.map(({ name }) => name)).toEqual(['A', 'B'])
  })

  it('takes keywords as names', () => {
    const text = scan('model model {\n model Int\n enum Int\n view Int\n}\nenum view {\n type\n}')

    expect(text.blocks.map(({ kind, name, fields }) => [kind, name, fields.length])).toEqual([
      ['model', 'model', 3],
      ['enum', 'view', 1],
    ])
  })

  it('reads attributes of blocks', () => {
    const text = scan('enum A {\n B\n @@map(name: "x y")\n  @@schema("core")\n}')

    expect(text.blocks[0]?.attributes).toEqual([
      { name: 'map', args: [{ name: 'name', value: { kind: 'text', text: 'x y' } }] },
      { name: 'schema', args: [{ name: null, value: { kind: 'text', text: 'core' } }] },
    ])
  })

  it.each([
    ['prisma', 'relationMode = "prisma"'],
    ['foreignKeys', 'relationMode="foreignKeys"'],
    ['foreignKeys', '// relationMode = "prisma"'],
    ['prisma', 'relationMode = "prisma" // "foreignKeys"'],
  ])('finds the relation mode %s of the datasource: %s', (mode, line) => {
    const text = scan(`datasource db {\n provider = "postgresql"\n ${line}\n}`)

    expect(text.relationMode).toBe(mode)
  })

  it('reads several files, each for itself', () => {
    const text = scanSchema([
      { path: 'a.prisma', content: 'model A {\n id Int\n}\n/// of nothing' },
      { path: 'b.prisma', content: 'model B {\n id Int\n}' },
    ])

    expect(text.blocks.map(({ name, comments }) => [name, comments])).toEqual([
      ['A', []],
      ['B', []],
    ])
    expect(text.looseComments).toEqual([
      { text: ' of nothing', place: { file: 'a.prisma', line: 4, column: 4 } },
    ])
  })

  it('keeps comments apart that belong to nothing', () => {
    const text = scan(`
/// blank below

/// of A
model A { /// behind the bracket
  id Int
  /// above an attribute
  @@map("x") /// behind an attribute
  /// at the end
}
datasource db { /// d
  /// above a setting
  provider = "postgresql" /// behind a setting
}
`)

    expect(text.blocks[0]?.comments.map((comment) => comment.text)).toEqual([' of A'])
    expect(text.looseComments.map((comment) => comment.text.trim())).toEqual([
      'blank below',
      'behind the bracket',
      'above an attribute',
      'behind an attribute',
      'at the end',
      'd',
      'above a setting',
      'behind a setting',
    ])
  })

  it('reads back what it is written from, as Prisma does', () =>
    fc.assert(
      fc.asyncProperty(SCHEMA, async (blocks) => {
        const content = writeSchema(blocks)

        const text = scan(content)
        const { datamodel } = await internals.getDMMF({ datamodel: content })

        expect(summarize(text)).toEqual(
          blocks.map(({ kind, name, comments, fields }) => ({
            kind,
            name,
            comments: comments.map(trim),
            fields: fields.map((field) => ({
              name: field.name,
              comments: [...field.comments, ...field.behind].map(trim),
            })),
          })),
        )
        const shown = blocks.filter(({ kind }) => kind !== 'datasource')
        expect([...datamodel.enums, ...datamodel.models].map(({ name }) => name).sort()).toEqual(
          shown.map(({ name }) => name).sort(),
        )
        for (const { name, documentation } of [...datamodel.enums, ...datamodel.models]) {
          const block = shown.find((known) => known.name === name)
          expect(linesOf(documentation)).toEqual(block?.comments.map(trim))
        }
        for (const model of datamodel.models) {
          const block = shown.find(({ name }) => name === model.name)
          for (const { name, documentation } of model.fields) {
            const field = block?.fields.find((known) => known.name === name)
            expect(linesOf(documentation)).toEqual(
              [...(field?.comments ?? []), ...(field?.behind ?? [])].map(trim),
            )
          }
        }
      }),
      { numRuns: 60 },
    ))
})

function scan(content: string): SchemaText {
  return scanSchema([{ path: 'a.prisma', content }])
}

interface Block {
  readonly kind: 'model' | 'enum' | 'datasource'
  readonly name: string
  readonly comments: readonly string[]
  readonly noise: string
  readonly fields: readonly Field[]
}

interface Field {
  readonly name: string
  readonly comments: readonly string[]
  /** A comment behind the field, or none. */
  readonly behind: readonly string[]
  readonly declaration: string
  readonly noise: string
}

const WORD = fc.constantFrom('a', 'Größe', 'model', 'enum', '日本', 'x_1', 'view', 'type', 'Z')
const COMMENT = fc
  .string({ unit: fc.constantFrom('a', ' ', '"', '/', '*', '{', '}', '@', '\\', 'é') })
  .map((text) => ` c${text}c`)
const COMMENTS = fc.array(COMMENT, { maxLength: 2 })
/** Lines between statements that change nothing: comments above the next one go on behind them. */
const NOISE = fc.constantFrom('', '  // "{ } /// \n', '\t/* {\n\n model Q {\n"*/\n').map(String)
const DECLARATION = fc.constantFrom(
  'Int',
  'String?   @map("} // \\" /*")',
  'String[]',
  'Int @default(3)//plain {',
  'DateTime @default(now()) @db.Timestamptz(3)',
  'Json @default("{\\"a\\": [1, \\"//\\"]}")',
)

const FIELD = fc.record({
  name: WORD,
  comments: COMMENTS,
  behind: fc.array(COMMENT, { maxLength: 1 }),
  declaration: DECLARATION,
  noise: NOISE,
})

const BLOCK = fc.record({
  kind: fc.constantFrom<Block['kind']>('model', 'enum'),
  // Prisma panics when the name of a block does not begin with an ASCII letter.
  name: WORD.map((word) => `M${word}`),
  comments: COMMENTS,
  noise: NOISE,
  fields: fc.uniqueArray(FIELD, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
})

const DATASOURCE: Block = { kind: 'datasource', name: 'db', comments: [], noise: '', fields: [] }

const SCHEMA = fc
  .uniqueArray(BLOCK, { maxLength: 4, selector: ({ name }) => name })
  .map((blocks) => [DATASOURCE, ...blocks.map(completeBlock)])

/** Values of an enum have no declaration; a model needs a key, and may map a column only once. */
function completeBlock(block: Block): Block {
  if (block.kind === 'enum') {
    return { ...block, fields: block.fields.map((field) => ({ ...field, declaration: '' })) }
  }
  const key = { name: 'id', comments: [], behind: [], declaration: 'Int @id', noise: '' }
  const fields = block.fields.map((field, i) => ({
    ...field,
    behind: field.declaration.includes('//plain') ? [] : field.behind,
    declaration: field.declaration.replace('/*")', `/*${i}")`),
  }))
  return { ...block, fields: [key, ...fields] }
}

function writeSchema(blocks: readonly Block[]): string {
  return blocks.map(writeBlock).join('\n')
}

function writeBlock({ kind, name, comments, noise, fields }: Block): string {
  const above = comments.map((comment) => `///${comment}\n`).join('')
  const settings = kind === 'datasource' ? '  provider = "postgresql"\n' : ''
  const lines = fields.map(
    (field) =>
      `${field.comments.map((comment) => `  ///${comment}\n`).join('')}${field.noise}` +
      `  ${field.name} ${field.declaration}${field.behind.map((comment) => ` ///${comment}`)}\n`,
  )
  return `${above}${noise}${kind} ${name} {\n${settings}${lines.join('')}}\n`
}

function summarize({ blocks }: SchemaText) {
  return blocks.map(({ kind, name, comments, fields }) => ({
    kind,
    name,
    comments: comments.map(({ text }) => trim(text)),
    fields: fields.map((field) => ({
      name: field.name,
      comments: field.comments.map(({ text }) => trim(text)),
    })),
  }))
}

/** Prisma takes comments in slashes and stars for documentation too; here none begins with a `c`. */
function linesOf(documentation = ''): readonly string[] {
  return documentation.split('\n').filter((line) => line.startsWith('c'))
}

function trim(text: string): string {
  return text.trim()
}
