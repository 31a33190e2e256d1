/** `@map("x")`, `@@id([a, b])`, `@db.VarChar(12)` and the like, without what marks them. */
export interface SchemaAttribute {
  readonly name: string
  readonly args: readonly SchemaArgument[]
}

export interface SchemaArgument {
  /** Null when it is told by its place alone. */
  readonly name: string | null
  readonly value: SchemaValue
}

export type SchemaValue =
  | SchemaItem
  | { readonly kind: 'list'; readonly items: readonly SchemaItem[] }

/** Whatever a list may hold. Lists of lists there are none. */
type SchemaItem =
  | { readonly kind: 'text'; readonly text: string }
  /** A number, `true`, the name of a field or of an enum value. */
  | { readonly kind: 'word'; readonly text: string }
  /** `text` is the name of the function. */
  | { readonly kind: 'call'; readonly text: string; readonly args: readonly SchemaArgument[] }

/** Reads the attributes in a piece of a schema that Prisma has found to be right. */
export function parseAttributes(code: string): readonly SchemaAttribute[] {
  const tokens = code.match(TOKEN) ?? []
  let at = 0
  const attributes: SchemaAttribute[] = []
  while (at < tokens.length) {
    const name = next()
    if (name !== '@') {
      attributes.push({ name, args: tokens[at] === '(' ? parseArguments() : [] })
    }
  }
  return attributes

  function next(): string {
    at += 1
    return tokens[at - 1] as string
  }

  function parseArguments(): readonly SchemaArgument[] {
    return parseItems(')', () => {
      const name = tokens[at + 1] === ':' ? next() : null
      at += name === null ? 0 : 1
      return { name, value: parseValue() }
    })
  }

  function parseValue(): SchemaValue {
    return tokens[at] === '[' ? { kind: 'list', items: parseItems(']', parseItem) } : parseItem()
  }

  function parseItem(): SchemaItem {
    const text = next()
    if (text.startsWith('"')) {
      return { kind: 'text', text: JSON.parse(text) }
    }
    return tokens[at] === '('
      ? { kind: 'call', text, args: parseArguments() }
      : { kind: 'word', text }
  }

  /** From the bracket that opens to the one that closes, with commas between the items. */
  function parseItems<Item>(closing: string, parse: () => Item): readonly Item[] {
    const items: Item[] = []
    at += 1
    while (at < tokens.length && tokens[at] !== closing) {
      items.push(parse())
      at += tokens[at] === ',' ? 1 : 0
    }
    at += 1
    return items
  }
}

/** A string with its quotes, a word, a character of punctuation. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s@(){}[\]",:]+|[@()[\],:]/g

/**
 * The first argument of an attribute that has one of the names, null being that of an argument told
 * by its place. Null when there is none, or no such attribute.
 */
export function findArgument(
  attributes: readonly SchemaAttribute[],
  attribute: string,
  names: readonly (string | null)[],
): SchemaValue | null {
  const found = attributes.find(({ name }) => name === attribute)
  return found?.args.find(({ name }) => names.includes(name))?.value ?? null
}

/** Whether the attribute is there, with arguments or without. */
export function hasAttribute(attributes: readonly SchemaAttribute[], attribute: string): boolean {
  return attributes.some(({ name }) => name === attribute)
}

/** A text, a word or the name of a function; null for a list. */
export function textOf(value: SchemaValue | null): string | null {
  return value === null || value.kind === 'list' ? null : value.text
}

/** The fields that a list names, or one field without brackets; `a(sort: Desc)` is `a`. */
export function fieldsOf(value: SchemaValue | null): readonly string[] {
  if (value === null) {
    return []
  }
  return (value.kind === 'list' ? value.items : [value]).map(({ text }) => text)
}
