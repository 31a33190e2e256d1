import type { ImportDetails, ImportedFile, ImportedModel } from '../index.js'
import { describeStatus, formatTime, shortId } from './batch-text.js'
import { alignRanges } from './key-range.js'
import { formatBytes, formatCount, formatNumberOf, formatSeconds } from './quantity.js'
import { renderSection } from './render-section.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** All about one import, for people. */
export function renderDetails(details: ImportDetails, look: Look): string {
  const { models, files, options, events } = details
  const sections = [
    renderTitle(details, look),
    models.length === 0
      ? 'It has no models: no row of it was written.'
      : renderModels(models, look),
    files.length === 0 ? null : renderFiles(files, look),
    renderSection(
      'Options',
      Object.entries(options)
        .map(([name, value]) => [name, JSON.stringify(value)])
        .filter(([, value]) => value !== 'false' && value !== '{}')
        .map(([name, value]) => `${name}: ${value}`),
      look,
    ),
    renderSection(
      'Events (UTC)',
      events.map(({ at, kind, detail }) => {
        const more = Object.keys(detail).length === 0 ? '' : ` ${JSON.stringify(detail)}`
        return `${formatTime(at, { seconds: true })}  ${kind}${more}`
      }),
      look,
    ),
  ]
  return sections.filter((section) => section !== null).join('\n\n')
}

function renderTitle(details: ImportDetails, { colors, width }: Look): string {
  const { id, name, rows, seconds, createdAt, role, toolVersion, commitMode } = details
  const took = seconds === null ? '' : ` in ${formatSeconds(seconds)}`
  const transaction = commitMode === 'once' ? 'one transaction' : 'commits on the way'
  const margins = { width, first: '', rest: '  ' }
  const count = formatNumberOf(rows.loaded + rows.updated, 'row')
  const lines = wrapText(
    `${describeStatus(details)}, ${count}${took}; ${formatTime(createdAt)} UTC by ${role}; prisma-gyro ${toolVersion}, ${transaction}`,
    margins,
  )
  const notes = describeState(details).flatMap((note) =>
    wrapText(note, { width, first: '! ', rest: '  ' }),
  )
  return [
    ...wrapText(`${name} (${id})`, margins).map((line) => colors.bold(line)),
    ...lines,
    ...notes.map((line) => colors.yellow(line)),
  ].join('\n')
}

/** What a person has to know before going on. */
function describeState({ id, runner, errorCode, prunedAt }: ImportDetails): readonly string[] {
  return [
    ...(errorCode === null ? [] : [`It failed with ${errorCode}.`]),
    ...(runner === 'gone'
      ? [`Whoever ran it is gone. Undo it with: prisma-gyro rollback ${shortId(id)}`]
      : []),
    ...(prunedAt === null
      ? []
      : [
          `Pruned ${formatTime(prunedAt)} UTC: its keys cannot be looked up and it cannot be rolled back any more.`,
        ]),
  ]
}

function renderModels(models: readonly ImportedModel[], look: Look): string {
  const rangeOf = ({ keys, keyKind, strategy }: ImportedModel) =>
    keys ?? (keyKind === 'kept' && strategy !== 'none' ? '–' : WORDS[keyKind])
  const ranges = models.map((model) => {
    const range = rangeOf(model)
    // Only whole numbers have a range that a person can read.
    return typeof range === 'string' || /^-?\d+$/.test(range.from) ? range : 'mapped'
  })
  const renderRange = alignRanges(ranges)
  const counted = (head: string, count: (model: ImportedModel) => number) =>
    models.some((model) => count(model) > 0)
      ? [
          {
            head,
            cell: (model: ImportedModel) => formatCount(count(model)),
            align: 'right' as const,
          },
        ]
      : []
  const columns: readonly TableColumn<ImportedModel>[] = [
    { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
    { head: 'Rows', cell: ({ loaded }) => formatCount(loaded), align: 'right' },
    ...counted('Updated', ({ updated }) => updated),
    ...counted('Skipped', ({ skipped }) => skipped),
    ...counted('Rejected', ({ rejected }) => rejected),
    { head: 'New keys', cell: (_, index) => renderRange(ranges[index] ?? '') },
    { head: 'Strategy', cell: ({ strategy }) => strategy, narrow: 'drop' },
    { head: 'Technique', cell: ({ technique }) => technique, narrow: 'drop' },
    { head: 'Time', cell: ({ seconds }) => formatSeconds(seconds), align: 'right' },
  ]
  return renderTable(columns, models, look)
}

const WORDS = { range: '–', map: 'mapped', kept: 'kept', pinned: 'pinned' } as const

function renderFiles(files: readonly ImportedFile[], look: Look): string {
  return renderTable(FILE_COLUMNS, files, look)
}

const FILE_COLUMNS: readonly TableColumn<ImportedFile>[] = [
  { head: 'File', cell: ({ file }) => file, narrow: 'cut' },
  { head: 'Model', cell: ({ model }) => model, narrow: 'drop' },
  { head: 'Rows', cell: ({ rows }) => formatCount(rows), align: 'right' },
  { head: 'Size', cell: ({ bytes }) => formatBytes(bytes), align: 'right' },
  { head: 'SHA-256', cell: ({ sha256 }) => sha256.slice(0, 12) },
]
