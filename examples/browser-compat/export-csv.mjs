// Writes the data of @mdn/browser-compat-data as a folder of CSV files, one per model of the schema;
// with names of trees, such as http, only their features:
//
//     node export-csv.mjs ./export
//     node export-csv.mjs ./http http
//
// Keys count from 1 in every file, as those of any young database do. A missing value is an empty
// field, an empty text is "".
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [folder = './export', ...names] = process.argv.slice(2)
const {
  __meta: meta,
  browsers,
  ...tree
} = createRequire(import.meta.url)('@mdn/browser-compat-data')
const tables = new Map()
const browserIds = new Map()
const releaseIds = new Map()
const tagIds = new Map()
const snapshotId = add('Snapshot', {
  source: '@mdn/browser-compat-data',
  version: meta.version,
  publishedAt: meta.timestamp,
})

for (const [index, key] of Object.keys(browsers).entries()) {
  browserIds.set(key, index + 1)
}
for (const [key, browser] of Object.entries(browsers)) {
  addBrowser(key, browser)
}
let lastFeatureId = 0
for (const name of names.length === 0 ? Object.keys(tree) : names) {
  addFeature(tree[name], name, null)
}
writeFiles()

function addBrowser(key, browser) {
  const browserId = add('Browser', {
    snapshotId,
    key,
    name: browser.name,
    platform: browser.type,
    previewName: browser.preview_name,
    settingsUrl: browser.pref_url,
    acceptsFlags: browser.accepts_flags,
    acceptsWebExtensions: browser.accepts_webextensions,
    upstreamId: browserIds.get(browser.upstream),
  })
  for (const [version, release] of Object.entries(browser.releases)) {
    const releaseId = add('Release', {
      browserId,
      version,
      position: release.index,
      status: release.status,
      releasedOn: release.release_date,
      notesUrl: release.release_notes,
      engine: release.engine,
      engineVersion: release.engine_version,
    })
    releaseIds.set(`${key} ${version}`, releaseId)
  }
}

// The children are written first, so that nearly every row stands before the one it refers to.
function addFeature({ __compat: compat = {}, ...children }, featurePath, parentId) {
  lastFeatureId += 1
  const id = lastFeatureId
  for (const [name, child] of Object.entries(children)) {
    addFeature(child, `${featurePath}.${name}`, id)
  }
  addRow('Feature', {
    id,
    snapshotId,
    parentId,
    path: featurePath,
    description: compat.description,
    mdnUrl: compat.mdn_url,
    sourceFile: compat.source_file,
    deprecated: compat.status?.deprecated,
    experimental: compat.status?.experimental,
    standardTrack: compat.status?.standard_track,
  })
  for (const url of list(compat.spec_url)) {
    addRow('SpecLink', { featureId: id, url })
  }
  for (const name of list(compat.tags)) {
    if (!tagIds.has(name)) {
      tagIds.set(name, add('Tag', { snapshotId, name }))
    }
    addRow('_FeatureToTag', { A: id, B: tagIds.get(name) })
  }
  for (const [browser, statements] of Object.entries(compat.support ?? {})) {
    for (const [position, statement] of list(statements).entries()) {
      addSupport({ featureId: id, browser, position, statement })
    }
  }
}

function addSupport({ featureId, browser, position, statement }) {
  const added = version(browser, statement.version_added)
  const removed = version(browser, statement.version_removed)
  const supportId = add('Support', {
    featureId,
    browserId: browserIds.get(browser),
    position,
    added: added.precision,
    addedId: added.releaseId,
    removed: removed.precision,
    removedId: removed.releaseId,
    partialImplementation: statement.partial_implementation ?? false,
    prefix: statement.prefix,
    alternativeName: statement.alternative_name,
  })
  for (const [position, text] of list(statement.notes).entries()) {
    addRow('Note', { supportId, position, text })
  }
  for (const [position, flag] of list(statement.flags).entries()) {
    const { type, name, value_to_set: valueToSet } = flag
    addRow('Flag', { supportId, position, type, name, valueToSet })
  }
  for (const [position, url] of list(statement.impl_url).entries()) {
    addRow('TrackingLink', { supportId, position, url })
  }
}

// `113` | `≤79` | `preview` | false | undefined
function version(browser, value) {
  if (value === undefined) {
    return {}
  }
  if (value === false) {
    return { precision: 'never' }
  }
  if (value === 'preview') {
    return { precision: 'preview' }
  }
  const release = value.replace('≤', '')
  const releaseId = releaseIds.get(`${browser} ${release}`)
  if (releaseId === undefined) {
    throw new Error(`${browser} has no release ${release}`)
  }
  return { precision: release === value ? 'exact' : 'at_or_before', releaseId }
}

function add(model, values) {
  const id = (tables.get(model)?.length ?? 0) + 1
  addRow(model, { id, ...values })
  return id
}

function addRow(model, row) {
  const rows = tables.get(model) ?? []
  tables.set(model, rows)
  rows.push(row)
}

function list(value) {
  return value === undefined ? [] : [value].flat()
}

function writeFiles() {
  mkdirSync(folder, { recursive: true })
  for (const [model, rows] of tables) {
    const header = Object.keys(rows[0]).join(',')
    const lines = rows.map((row) => Object.values(row).map(field).join(','))
    writeFileSync(path.join(folder, `${model}.csv`), `${[header, ...lines].join('\n')}\n`)
  }
  const count = [...tables.values()].reduce((sum, rows) => sum + rows.length, 0)
  console.log(`${tables.size} files with ${count} rows in ${folder}`)
}

function field(value) {
  const text = String(value ?? '')
  const isPlain = value === undefined || value === null || (text !== '' && !/[",\r\n]/.test(text))
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}
