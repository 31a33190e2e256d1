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
const ACME_7 = hashIdentity('Shop', [row(ACME), value('7')])

const VECTORS: readonly HashVector[] = [
  { model: 'Tenant', parts: [value('acme')], shown: '`acme`' },
  { model: 'Tenant', parts: [value('')], shown: 'the empty text' },
  { model: 'Tenant', parts: [value(null)], shown: 'NULL' },
  { model: 'Tenant', parts: [value('Zoë')], shown: '`Zoë`' },
  { model: 'Team', parts: [value('acme')], shown: '`acme`' },
  { model: 'Team', parts: [value('ac'), value('me')], shown: '`ac`, `me`' },
  {
    model: 'Shop',
    parts: [row(ACME), value('7')],
    shown: 'the Tenant `acme`, 7',
  },
  { model: 'Shop', parts: [value(null), value('7')], shown: 'no Tenant, 7' },
  {
    model: 'Shop',
    parts: [value('42'), value('7')],
    shown: 'the pinned Tenant with the key 42, 7',
  },
  {
    model: 'Shop',
    parts: [row(hashIdentity('Tenant', [value(null)])), value('7')],
    shown: 'the Tenant NULL, 7',
  },
  {
    model: 'Item',
    parts: [row(ACME_7), value('2024-05-06')],
    shown: 'the Shop of the Tenant `acme` and 7, the day 2024-05-06',
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
  - \`r64:<identity>\` for a column that refers to a row: the identity of that row, never its key;
  - \`n\` for NULL: no value, so not that of an empty text, and no row.

The Tenant \`acme\` is \`v6:Tenantv4:acme\`.

## What a reference contributes

The identity of the row that it refers to. That is made of the business key of that row, whatever gives
it its key: \`sequential\`, \`fresh\`, \`match\`, \`hash\`, \`none\` or a strategy of your own. The business key is
what \`@gyro.key\` names, else the only unique beside the key. A reference to a key that is a reference
itself is one to the row at the end. Where a row is known by several columns together, the business key
that refers to it must hold all of them: each contributes the row at its own end.

A reference contributes a value, the key as PostgreSQL writes it, where it is to a row that nothing tells
in another way:

${renderTable([
  ['the row', 'the key that it contributes'],
  ['is not in the files, or its model is not imported', 'that in the file: a row of the database'],
  ['is one to which all rows of its model are pinned', 'that of this row in the database'],
  ['keeps its key, and its model has no business key beside it', 'that in the file'],
  ['is known by several columns that all keep their values', 'those in the file'],
  ['has a text as its key that nobody makes, and no `@gyro.key`', 'that in the file'],
])}

Where a model gets new keys and has no business key, or where business keys refer to each other in a
circle, the plan refuses to hash what refers to it. Two rows of the files with one business key are
refused, also where hashes of others only are made of it; NULL is the same as NULL there.

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

The business key is the same, too, where both rows refer to different ones which have the same business
key themselves. So when parents are imported once more and get new keys, their children meet those of the
import before: with \`--on-conflict skip\` these stay with their first parents, with \`update\` they move to
the new ones.

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

function row(text: string): IdentityPart {
  return { kind: 'identity', text }
}

function value(text: string | null): IdentityPart {
  return { kind: 'value', text }
}
