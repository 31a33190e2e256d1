import type { SchemaFile } from '../src/project/read-schema-files.js'
import { findArgument, parseAttributes, type SchemaAttribute, textOf } from './parse-attributes.js'
import { type DocComment, type SchemaLine, splitSchema } from './split-schema.js'

/** What the text of a schema says, which is more than the DMMF lets through. */
export interface SchemaText {
  readonly blocks: readonly SchemaBlock[]
  readonly relationMode: 'foreignKeys' | 'prisma'
  /** Doc comments that belong to nothing. */
  readonly looseComments: readonly DocComment[]
}

export interface SchemaBlock {
  readonly kind: 'model' | 'view' | 'enum' | 'datasource' | 'generator'
  readonly name: string
  /** Those above it. */
  readonly comments: readonly DocComment[]
  /** Also the values of an enum; none for the settings of a datasource or a generator. */
  readonly fields: readonly SchemaField[]
  /** `@@map` is `map`. */
  readonly attributes: readonly SchemaAttribute[]
}

export interface SchemaField {
  readonly name: string
  /** Those above it and the one behind it. */
  readonly comments: readonly DocComment[]
  /** What follows the name. Parsed only where it matters: schemas have thousands of fields. */
  readonly declaration: string
}

/**
 * Reads a schema that Prisma has found to be right: mistakes are not noticed here. A doc comment
 * belongs to what Prisma takes it for, except above an attribute of a block: Prisma lets it belong
 * to the field after that, here it is loose.
 */
export function scanSchema(files: readonly SchemaFile[]): SchemaText {
  const text: OpenText = { blocks: [], relationMode: 'foreignKeys', looseComments: [] }
  for (const file of files) {
    scanLines(splitSchema(file), text)
  }
  return text
}

interface OpenText extends SchemaText {
  readonly blocks: SchemaBlock[]
  relationMode: SchemaText['relationMode']
  readonly looseComments: DocComment[]
}

interface OpenBlock extends SchemaBlock {
  readonly fields: SchemaField[]
  readonly attributes: SchemaAttribute[]
}

function scanLines(lines: Iterable<SchemaLine>, text: OpenText): void {
  let block: OpenBlock | null = null
  /** Comments whose statement is still to come. */
  const above: DocComment[] = []
  const takeComments = (doc: DocComment | null) => {
    const behind = doc === null ? NO_COMMENTS : [doc]
    return above.length === 0 ? behind : [...above.splice(0), ...behind]
  }

  for (const line of lines) {
    const { doc } = line
    const isEnd = line.code.startsWith('}')
    const code = isEnd ? line.code.slice(1) : line.code
    if (isEnd) {
      block = null
    }
    if (isEnd || line.isBlank) {
      text.looseComments.push(...takeComments(null))
    }
    if (code === '') {
      above.push(...(doc === null ? [] : [doc]))
    } else if (block === null) {
      block = openBlock(code, takeComments(null))
      text.blocks.push(block)
      // What follows the bracket counts for nothing in Prisma.
      text.looseComments.push(...takeComments(doc))
    } else if (block.kind === 'datasource' || block.kind === 'generator') {
      text.relationMode = RELATION_MODE.test(code) ? 'prisma' : text.relationMode
      text.looseComments.push(...takeComments(doc))
    } else if (code.startsWith('@@')) {
      block.attributes.push(...parseAttributes(code))
      text.looseComments.push(...takeComments(doc))
    } else {
      const name = firstWord(code)
      const declaration = code.slice(name.length)
      block.fields.push({ name, comments: takeComments(doc), declaration })
    }
  }
  text.looseComments.push(...above)
}

/** One for all: most fields have none. */
const NO_COMMENTS: readonly DocComment[] = []

const RELATION_MODE = /^relationMode\s*=\s*"prisma"/

function openBlock(code: string, comments: readonly DocComment[]): OpenBlock {
  const kind = firstWord(code.trimStart())
  const name = firstWord(code.trimStart().slice(kind.length).trimStart())
  return {
    kind: kind as SchemaBlock['kind'],
    name,
    comments,
    fields: [],
    attributes: [],
  }
}

function firstWord(code: string): string {
  return code.slice(0, code.search(/[\s@{]|$/))
}

/** The `@@schema` of a block, which the DMMF does not tell of an enum; null when none is written. */
export function schemaOf({ attributes }: Pick<SchemaBlock, 'attributes'>): string | null {
  return textOf(findArgument(attributes, 'schema', [null, 'map']))
}
