import type { CsvOptions } from '../../src/csv/csv-dialect.js'
import {
  bytesOf,
  type CaseGroup,
  type ConformanceCase,
  type Row,
  rowsMeantBy,
} from './conformance-case.js'
import { JUDGEMENTS, type Judgement, judge, type Outcome } from './outcome.js'
import { showBytes, showRows, showText } from './show.js'

/** Who read the files: the three columns of the tables. */
export interface Readings {
  readonly ours: readonly Outcome[]
  readonly copy13: readonly Outcome[]
  readonly copy18: readonly Outcome[]
}

interface ReadCase {
  readonly given: ConformanceCase
  readonly ours: Outcome
  readonly copy13: Outcome
  readonly copy18: Outcome
}

/** The page of all cases. `readings` are in the order of the cases. */
export function renderConformance(groups: readonly CaseGroup[], readings: Readings): string {
  let next = 0
  const read = groups.map(({ title, cases }) => ({
    title,
    cases: cases.map((given): ReadCase => {
      const index = next++
      const of = (outcomes: readonly Outcome[]) => outcomes[index] ?? { refused: 'not read' }
      return {
        given,
        ours: of(readings.ours),
        copy13: of(readings.copy13),
        copy18: of(readings.copy18),
      }
    }),
  }))
  return `${[
    INTRODUCTION,
    renderSummary(read.flatMap(({ cases }) => cases)),
    EXPLANATION,
    ...read.map(({ title, cases }) => `## ${title}\n\n${renderTable(cases)}`),
  ].join('\n\n')}\n`
}

const INTRODUCTION = `\
<!-- Written by test/conformance: to write it anew, run its test with WRITE_DOCS=1 and look at the difference. -->

# CSV, case by case

What prisma-gyro does with each of these files, and what PostgreSQL's own \`COPY … (format csv, header)\`
does with it. The test that writes this page imports every file into a table of text columns and reads
the rows back; it fails when anything here changes, when a row is lost or joined with another, and when
a file is read otherwise than by RFC 4180 without a reason that stands here.`

const EXPLANATION = `\
- **Read as RFC 4180** means: as its grammar says, where a line feed alone ends a line too and text may
  be any of UTF-8. A program of its own, which knows only that grammar, reads the file for comparison.
- **Choice**: RFC 4180 reads the file otherwise, or not at all; the reason stands beside it.
- **Refused**: nothing is written; the error names file, line and column and says what to do.
- **Rows meant** are those that the writer of the file had in mind, where that is plain. A file about
  which it is not plain can only be refused or guessed at.
- Files and rows are written as JavaScript writes text. \`COPY\` has the same delimiter and text for NULL.`

const LABELS: Readonly<Record<Judgement, string>> = {
  'same rows': 'the rows meant',
  refused: 'refused',
  'rows lost': '**rows lost**, success reported',
  'rows joined': '**rows joined**, success reported',
  'rows too many': '**rows too many**, success reported',
  'other values': '**other values**, success reported',
  guessed: 'guessed where nobody can know',
}

function renderSummary(cases: readonly ReadCase[]): string {
  const accepted = cases.filter(({ given }) => 'rows' in given)
  const choices = accepted.filter(({ given }) => 'choice' in given)
  const count = (reader: (each: ReadCase) => Outcome, judgement: Judgement) =>
    cases.filter((each) => judge(reader(each), dataOf(each)) === judgement).length
  return [
    `${cases.length} files: ${accepted.length - choices.length} read as RFC 4180, ${choices.length} by a choice,` +
      ` ${cases.length - accepted.length} refused.`,
    '',
    '| | prisma-gyro | COPY of 13 | COPY of 18 |',
    '|---|--:|--:|--:|',
    ...JUDGEMENTS.map((judgement) => {
      const counts = READERS.map((reader) => count(reader, judgement))
      return `| ${LABELS[judgement]} | ${counts.join(' | ')} |`
    }),
  ].join('\n')
}

const READERS = [
  ({ ours }: ReadCase) => ours,
  ({ copy13 }: ReadCase) => copy13,
  ({ copy18 }: ReadCase) => copy18,
]

function dataOf({ given }: ReadCase): readonly Row[] | null {
  return rowsMeantBy(given)?.slice(1) ?? null
}

function renderTable(cases: readonly ReadCase[]): string {
  return [
    '| case | file | prisma-gyro | COPY of 13 | COPY of 18 | verdict |',
    '|---|---|---|---|---|---|',
    ...cases.map((each) => {
      const { given, ours, copy13, copy18 } = each
      const cells = [
        `${escapeCell(given.name)}<br>*${escapeCell(given.source)}*`,
        `${showBytes(bytesOf(given))}${describeOptions(given.csv)}`,
        'rows' in ours ? showRows(ours.rows) : `\`${ours.refused}\``,
        describeCopy(copy13, dataOf(each)),
        describeCopy(copy18, dataOf(each)),
        describeVerdict(given),
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ].join('\n')
}

function describeOptions(csv: CsvOptions | undefined): string {
  const options = Object.entries(csv ?? {}).map(([name, value]) => `${name} ${showText(value)}`)
  return options.length === 0 ? '' : `<br>${options.join(', ')}`
}

function describeCopy(outcome: Outcome, meant: readonly Row[] | null): string {
  if ('refused' in outcome) {
    return `\`${outcome.refused}\``
  }
  const judgement = judge(outcome, meant)
  return judgement === 'same rows' ? judgement : `**${judgement}**: ${showRows(outcome.rows)}`
}

function describeVerdict(given: ConformanceCase): string {
  if ('refused' in given) {
    return 'refused'
  }
  const { choice } = given
  return choice === undefined ? 'as RFC 4180' : `choice: ${escapeCell(choice)}`
}

/** Text beside code: what Markdown would take for a mark is none. */
function escapeCell(text: string): string {
  return text.replace(/[\\|*_<[\]`]/g, '\\$&')
}
