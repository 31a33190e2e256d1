import {
  HASH_TEXT_LENGTH,
  type HashedType,
  hashIdentity,
  hashKey,
  type IdentityPart,
  MAX_PROBES,
} from '../../src/keys/hash-key.js'

interface HashVector {
  readonly model: string
  readonly parts: readonly IdentityPart[]
  /** The parts as the page shows them. */
  readonly shown: string
}

const ACME = hashIdentity('Tenant', [value('acme')])

const VECTORS: readonly HashVector[] = [
  { model: 'Tenant', parts: [value('acme')], shown: '`acme`' },
  { model: 'Tenant', parts: [value('')], shown: 'the empty text' },
  { model: 'Tenant', parts: [value(null)], shown: 'NULL' },
  { model: 'Tenant', parts: [value('Zoë')], shown: '`Zoë`' },
  { model: 'Team', parts: [value('acme')], shown: '`acme`' },
  { model: 'Team', parts: [value('ac'), value('me')], shown: '`ac`, `me`' },
  {
    model: 'Shop',
    parts: [{ kind: 'identity', text: ACME }, value('7')],
    shown: 'the Tenant `acme`, 7',
  },
]

const TYPES: readonly HashedType[] = ['int2', 'int4', 'int8', 'uuid', 'text']

/** `docs/hash-keys.md`. */
export function renderHashKeys(): string {
  return `\
<!-- Written by test/keys/hash-key.test.ts: to write it anew, run it with WRITE_DOCS=1. -->

# Hashed keys

Under \`hash\` the key of a row is made of its business key and nothing else: in every run, on every
machine and in every database it is the same, so that other programs can know it too.

## The identity of a row

The identity is the SHA-256 of the following, one part behind the other in UTF-8, as 64 hexadecimal
digits in lower case:

- the name of the model in the Prisma schema, as a value: what the table is called may change;
- each column of the business key in its order, as
  - \`v<bytes>:<text>\` for a value, where the text is what PostgreSQL writes for it: integers in decimal,
    uuids in lower case with dashes, dates and times of ISO 8601 in UTC, texts as they are;
  - \`r64:<identity>\` for a column that refers to a row whose key is hashed: the identity of that row,
    never its key;
  - \`n\` for NULL.

The Tenant \`acme\` is \`v6:Tenantv4:acme\`.

## The key of a row

The digest is the identity, or for probe n from 1 on the SHA-256 of \`<identity>/<n>\` in hexadecimal.

${renderTable([
  ['type of the column', 'key', 'how many there are'],
  ['smallint', 'the last 14 bits of the first 64 of the digest, plus 2^14', '2^14'],
  ['integer', 'the last 30 bits of the first 64 of the digest, plus 2^30', '2^30'],
  ['bigint', 'the last 62 bits of the first 64 of the digest, plus 2^62', '2^62'],
  ['uuid', 'version 5: the digest, as text, in the namespace of the model', '2^122'],
  [
    'text',
    `the first 130 bits of the digest in base32hex, ${HASH_TEXT_LENGTH} characters, lower case`,
    '2^130',
  ],
])}

Integers are in the upper half of what their type takes: a sequence, which begins at 1, does not meet
them. The namespace of a model is the uuid of version 5 of its name in
\`v5('prisma-gyro', DNS)\`.

## When a key is another row's

Probe 0 is tried first. Where that key belongs to a row of the table with another business key, or to
another row of the files (the one with the lower identity, if both are new), the next probe is, up to
probe ${MAX_PROBES - 1}. A row of the table with the same business key is the row itself. More than one key in 64 is
never taken: an import with more rows than that is refused before it begins.

## Test vectors

${VECTORS.map(renderVector).join('\n')}`
}

function renderVector({ model, parts, shown }: HashVector): string {
  const identity = hashIdentity(model, parts)
  const rows = TYPES.map((type) => [
    type,
    ...[0, 1].map((probe) => hashKey({ model, type }, identity, probe)),
  ])
  return `\
### ${model}: ${shown}

Identity: \`${identity}\`

${renderTable([['type', 'probe 0', 'probe 1'], ...rows])}
`
}

/** Its columns below each other, as Biome wants them. */
function renderTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function value(text: string | null): IdentityPart {
  return { kind: 'value', text }
}
