// Compares two copies of the data in one database. Their keys differ, so rows are told apart by what
// people know them by: a browser by its name, a release by browser and version, a feature by its path.

/** In load order. */
const MODELS = [
  'Snapshot',
  'Browser',
  'Release',
  'Feature',
  'SpecLink',
  'Tag',
  '_FeatureToTag',
  'Support',
  'Note',
  'Flag',
  'TrackingLink',
]

/** Every row by its natural name, with the copy it belongs to and the keys it refers to. */
const NATURAL_ROWS = `
create temp table snapshot as
  select id, id as copy, source || ' ' || version as name from "Snapshot";
create temp table browser as
  select id, "snapshotId" as copy, key as name, "snapshotId", "upstreamId" from "Browser";
create temp table release as
  select r.id, b.copy, concat_ws(' ', b.name, r.version) as name, r."browserId"
  from "Release" r join browser b on b.id = r."browserId";
create temp table feature as
  select id, "snapshotId" as copy, path as name, "snapshotId", "parentId" from "Feature";
create temp table tag as
  select id, "snapshotId" as copy, name, "snapshotId" from "Tag";
create temp table support as
  select s.id, f.copy, concat_ws(' ', f.name, b.name, s.position) as name,
    s."featureId", s."browserId", s."addedId", s."removedId"
  from "Support" s join feature f on f.id = s."featureId" join browser b on b.id = s."browserId";
create temp table note as
  select null::int as id, s.copy, concat_ws(' ', n.position, n.text) as name, n."supportId"
  from "Note" n join support s on s.id = n."supportId";
create temp table flag as
  select null::int as id, s.copy, concat_ws(' ', g.position, g.type, g.name, g."valueToSet") as name, g."supportId"
  from "Flag" g join support s on s.id = g."supportId";
create temp table trackinglink as
  select null::int as id, s.copy, concat_ws(' ', t.position, t.url) as name, t."supportId"
  from "TrackingLink" t join support s on s.id = t."supportId";
create temp table speclink as
  select null::int as id, f.copy, l.url as name, l."featureId"
  from "SpecLink" l join feature f on f.id = l."featureId";
create temp table _featuretotag as
  select null::int as id, f.copy, f.name, t."A", t."B"
  from "_FeatureToTag" t join feature f on f.id = t."A";`

/** Model, its column, the model that the column refers to. */
const REFERENCES = [
  ['Browser', 'snapshotId', 'Snapshot'],
  ['Browser', 'upstreamId', 'Browser'],
  ['Release', 'browserId', 'Browser'],
  ['Feature', 'snapshotId', 'Snapshot'],
  ['Feature', 'parentId', 'Feature'],
  ['SpecLink', 'featureId', 'Feature'],
  ['Tag', 'snapshotId', 'Snapshot'],
  ['_FeatureToTag', 'A', 'Feature'],
  ['_FeatureToTag', 'B', 'Tag'],
  ['Support', 'featureId', 'Feature'],
  ['Support', 'browserId', 'Browser'],
  ['Support', 'addedId', 'Release'],
  ['Support', 'removedId', 'Release'],
  ['Note', 'supportId', 'Support'],
  ['Flag', 'supportId', 'Support'],
  ['TrackingLink', 'supportId', 'Support'],
]

/**
 * Compares two copies, model by model and reference by reference.
 *
 * @param {import('pg').Client} client
 * @param {readonly [number, number]} copies Keys of the two snapshots.
 * @returns `models`: rows and key range (null without a key of its own) in each copy. `references`:
 * how many rows of each copy refer to something, and whether they are the same rows referring to the
 * same rows, each within its own copy.
 */
export async function compareCopies(client, copies) {
  await client.query(NATURAL_ROWS)
  const models = []
  for (const model of MODELS) {
    const { rows } = await client.query(contents(model), copies)
    models.push({ model, copies: rows })
  }
  const references = []
  for (const [model, column, target] of REFERENCES) {
    const { rows } = await client.query(differences(model, column, target), copies)
    const { first, second, different } = rows[0]
    const isEqual = first === second && different === 0
    references.push({ reference: `${model}.${column} → ${target}`, first, second, isEqual })
  }
  return { models, references }
}

/** One row per copy, also for a copy without rows. */
function contents(model) {
  return `
select count(rows.copy)::int as rows, min(id) as from, max(id) as to
from unnest(array[$1, $2]::int[]) with ordinality as copies (copy, position)
left join ${model} rows using (copy)
group by position
order by position`
}

function differences(model, column, target) {
  return `
with links as materialized (
  select child.copy, child.name, parent.name as target, parent.copy = child.copy as within
  from ${model} child left join ${target} parent on parent.id = child."${column}"
  where child."${column}" is not null
),
first as (select name, target, within from links where copy = $1),
second as (select name, target, true from links where copy = $2 and within)
select
  (select count(*)::int from first) as first,
  (select count(*)::int from links where copy = $2) as second,
  (select count(*)::int from (select * from first except all select * from second) only_first) as different`
}
