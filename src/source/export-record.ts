import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isCsvName } from './file-name.js'
import { badExportRecord, otherExportRecord, unreadableFile } from './source-error.js'

/** What the file is called that says what an export wrote. */
export const EXPORT_RECORD = 'export.json'

/** What an export wrote into a folder: `export.json`, its last file. Holds no value of a row. */
export interface ExportRecord {
  /** Shape of this file. A reader refuses every other number. */
  readonly version: 1
  /** `prisma-gyro` and its version. */
  readonly tool: string
  /** Fingerprint of the manifest that it was exported by. */
  readonly manifest: string
  /** ISO 8601, UTC: all files show the database as it was then. */
  readonly snapshotTime: string
  /** In load order. */
  readonly models: readonly ExportedModel[]
  /** What was asked for, without the values that conditions and keys were compared with. */
  readonly slice: ExportedSlice
  readonly warnings: readonly string[]
}

/** One file of an export. */
export interface ExportedModel {
  readonly model: string
  /** `schema.table` */
  readonly table: string
  /** Name inside the folder. */
  readonly file: string
  readonly rows: number
  /** Of the file as it is on disk. */
  readonly bytes: number
  /** Of the file as it is on disk: 64 hexadecimal digits. */
  readonly sha256: string
  /** In the order of the file. */
  readonly columns: readonly ExportedColumn[]
  /** Models that its rows refer to, itself excepted. */
  readonly dependsOn: readonly string[]
  /** References that became NULL, and in how many rows. */
  readonly pruned: readonly { readonly reference: string; readonly rows: number }[]
  /** Why its rows are there: the references that lead to them from a root. Empty for a root itself. */
  readonly path: readonly ExportedStep[]
}

/** One reference on the way from a root. */
export interface ExportedStep {
  /** `children`: rows that refer to those before; `parents`: rows that those before refer to. */
  readonly to: 'children' | 'parents'
  /** The model whose reference it is, and its name: `Order` and `customer`. */
  readonly model: string
  readonly reference: string
}

export interface ExportedColumn {
  readonly header: string
  readonly field: string
  /** How its values were replaced; null where they are those of the database. */
  readonly mask: string | null
}

/** Which rows were asked for; nothing of it where all were. */
export interface ExportedSlice {
  /** By model: the condition as it was given. */
  readonly where: Readonly<Record<string, string>>
  /** Models of which rows were named by their keys. */
  readonly roots: readonly string[]
}

/**
 * What the export says that wrote a folder; null where none did: also where another program has left a
 * file of that name.
 *
 * @throws {GyroError} `SOURCE.EXPORT_RECORD`, `SOURCE.UNREADABLE_FILE`.
 */
export async function readExportRecord(folder: string): Promise<ExportRecord | null> {
  const file = path.join(folder, EXPORT_RECORD)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as { readonly code?: string }
    if (code === 'ENOENT') return null
    throw unreadableFile(file, cause)
  }
  return parseExportRecord(text, file)
}

/**
 * @param file Its path, for people.
 * @returns Null for what is not ours.
 * @throws {GyroError} `SOURCE.EXPORT_RECORD`.
 */
export function parseExportRecord(text: string, file: string): ExportRecord | null {
  const value = parseJson(text)
  if (!isObject(value) || !/^prisma-gyro /.test(String(value['tool']))) return null
  if (value['version'] !== 1) throw otherExportRecord(file, value['version'])
  const { models } = value
  if (!Array.isArray(models) || !models.every(isExportedModel)) throw badExportRecord(file)
  return value as unknown as ExportRecord
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Whether what others read of it is there. A name that leads out of the folder is none of a file. */
function isExportedModel(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['model'] === 'string' &&
    typeof value['file'] === 'string' &&
    value['file'] === path.win32.basename(value['file']) &&
    isCsvName(value['file']) &&
    Number.isSafeInteger(value['rows']) &&
    Number.isSafeInteger(value['bytes']) &&
    /^[\da-f]{64}$/.test(String(value['sha256']))
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
