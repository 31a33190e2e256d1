// Compares two copies of a part of the feature tree, in two databases. Their keys differ, so rows are
// told apart by what people know them by: a release by browser and version, a feature by its path.

/** In load order: what of each column refers to which model, and what was masked on the way. */
const MODELS = [
  { model: 'Snapshot', references: {} },
  { model: 'Browser', references: { snapshotId: 'Snapshot', upstreamId: 'Browser' } },
  { model: 'Feature', references: { snapshotId: 'Snapshot', parentId: 'Feature' } },
  { model: 'Tag', references: { snapshotId: 'Snapshot' } },
  { model: 'Release', references: { browserId: 'Browser' } },
  { model: 'SpecLink', references: { featureId: 'Feature' } },
  { model: '_FeatureToTag', references: { A: 'Feature', B: 'Tag' } },
  {
    model: 'Support',
    references: {
      featureId: 'Feature',
      browserId: 'Browser',
      addedId: 'Release',
      removedId: 'Release',
    },
  },
  { model: 'Flag', references: { supportId: 'Support' } },
  { model: 'Note', references: { supportId: 'Support' } },
  { model: 'TrackingLink', references: { supportId: 'Support' }, masked: ['url'] },
]

/** Every row of a copy by its natural name, with the keys it refers to and all that it holds. */
const NATURAL_ROWS = `
create temp table feature as
  select f.id, f.path as name, f."snapshotId", f."parentId", to_jsonb(f) as contents,
    not starts_with(wanted.path, f.path || '.') as has_children
  from "Feature" f join wanted on wanted."snapshotId" = f."snapshotId"
  where f.path = wanted.path or starts_with(f.path, wanted.path || '.')
    or starts_with(wanted.path, f.path || '.');
create temp table snapshot as
  select s.id, concat_ws(' ', s.source, s.version) as name, to_jsonb(s) as contents
  from "Snapshot" s join wanted on wanted."snapshotId" = s.id;
create temp table browser as
  with recursive needed (id) as (
    select s."browserId" from "Support" s join feature f on f.id = s."featureId" where f.has_children
    union select b."upstreamId" from "Browser" b join needed using (id)
  )
  select b.id, b.key as name, b."snapshotId", b."upstreamId", to_jsonb(b) as contents
  from "Browser" b join needed using (id);
create temp table support as
  select s.id, concat_ws(' ', f.name, b.name, s.position) as name,
    s."featureId", s."browserId", s."addedId", s."removedId", to_jsonb(s) as contents
  from "Support" s join feature f on f.id = s."featureId" join browser b on b.id = s."browserId"
  where f.has_children;
create temp table release as
  select r.id, concat_ws(' ', b.name, r.version) as name, r."browserId", to_jsonb(r) as contents
  from "Release" r join browser b on b.id = r."browserId"
  where r.id in (select "addedId" from support union select "removedId" from support);
create temp table speclink as
  select null::int as id, l.url as name, l."featureId", to_jsonb(l) as contents
  from "SpecLink" l join feature f on f.id = l."featureId" where f.has_children;
create temp table _featuretotag as
  select null::int as id, f.name, t."A", t."B", to_jsonb(t) as contents
  from "_FeatureToTag" t join feature f on f.id = t."A" where f.has_children;
create temp table tag as
  select t.id, t.name, t."snapshotId", to_jsonb(t) as contents
  from "Tag" t where t.id in (select "B" from _featuretotag);
create temp table note as
  select null::int as id, concat_ws(' ', n.position, n.text) as name, n."supportId", to_jsonb(n) as contents
  from "Note" n join support s on s.id = n."supportId";
create temp table flag as
  select null::int as id, concat_ws(' ', g.position, g.type, g.name) as name, g."supportId",
    to_jsonb(g) as contents
  from "Flag" g join support s on s.id = g."supportId";
create temp table trackinglink as
  select null::int as id, t.position::text as name, t."supportId", to_jsonb(t) as contents
  from "TrackingLink" t join support s on s.id = t."supportId";`

/**
 * Reads what belongs to one feature: those below it with all that is known of them, and those above it.
 *
 * @param {import('pg').Client} client Gets temporary tables.
 * @param {{ snapshotId: number, path: string }} wanted
 * @returns Per model: how many rows, their range of keys (null without a key of its own), a digest of
 * their values other than keys, and per reference a digest of which row refers to which, by their names.
 */
export async function readCopy(client, { snapshotId, path }) {
  await client.query('create temp table wanted ("snapshotId" int, path text)')
  await client.query('insert into wanted values ($1, $2)', [snapshotId, path])
  await client.query(NATURAL_ROWS)
  const copy = []
  for (const { model, references, masked = [] } of MODELS) {
    const keys = ['id', ...Object.keys(references)]
    const { rows } = await client.query(selectContents(model), [[...keys, ...masked]])
    const links = []
    for (const [column, target] of Object.entries(references)) {
      const found = await client.query(selectLinks({ model, column, target }))
      links.push({ column, ...found.rows[0] })
    }
    copy.push({ model, ...rows[0], links })
  }
  return copy
}

/**
 * Compares what `readCopy` has read of two databases.
 *
 * @returns Per model: its rows and keys in both copies, the names of the references, and what is not
 * the same: `rows`, `values` or references.
 */
export function compareCopies(first, second) {
  return first.map((one, index) => {
    const two = second[index]
    const different = [
      ...(one.rows === two.rows ? [] : ['rows']),
      ...(one.values === two.values ? [] : ['values']),
      ...one.links
        .filter(({ digest, dangling }, place) => {
          const other = two.links[place]
          return digest !== other.digest || dangling + other.dangling > 0
        })
        .map(({ column }) => column),
    ]
    return {
      model: one.model,
      copies: [one, two],
      references: one.links.map(({ column }) => column),
      different,
    }
  })
}

/**
 * Reads the state of all tables: two are the same exactly when not a single value differs, keys included.
 *
 * @param {import('pg').Client} client
 * @returns Per model: `rows` and a `digest` of them.
 */
export async function readState(client) {
  const state = []
  for (const { model } of MODELS) {
    const { rows } = await client.query(selectState(model))
    state.push({ model, ...rows[0] })
  }
  return state
}

function selectContents(model) {
  return `
select count(*)::int as rows, min(id) as from, max(id) as to,
  ${digest('(contents - $1::text[])::text')} as values
from ${model}`
}

function selectLinks({ model, column, target }) {
  return `
select count(*)::int as rows, (count(*) - count(parent.name))::int as dangling,
  ${digest("concat_ws(' → ', child.name, parent.name)")} as digest
from ${model} child left join ${target} parent on parent.id = child."${column}"
where child."${column}" is not null`
}

function selectState(model) {
  return `select count(*)::int as rows, ${digest('r::text')} as digest from public."${model}" r`
}

/** The same for the same texts in any order. */
function digest(text) {
  return `md5(coalesce(string_agg(${text}, E'\\n' order by ${text} collate "C"), ''))`
}
