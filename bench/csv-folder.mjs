// A workload's files, made once: the same recipe gives the same bytes.
import { createHash } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Characters written at a time: a file is never held in memory. */
const CHUNK_CHARACTERS = 1 << 16

/**
 * Makes a folder of CSV files, or finds it complete from an earlier run.
 *
 * @param recipe The file whose text decides what is written: when it changes, all is made anew.
 * @param workload `{ headers, rows, linesOf }`, each by model: the header, the number of rows, and
 * a generator of the lines that gets all numbers of rows.
 * @returns `{ folder, rows, bytes }`, rows and bytes per model.
 */
export async function makeCsvFolder(folder, recipe, { headers, rows, linesOf }) {
  // Beside the folder: what is in it is the import's to judge. Written last, so it means complete.
  const marker = `${folder}.json`
  const hash = hashOf(recipe)
  if (existsSync(marker)) {
    const made = JSON.parse(readFileSync(marker, 'utf8'))
    if (made.recipe === hash) return { folder, rows: made.rows, bytes: made.bytes }
  }
  rmSync(marker, { force: true })
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })

  const bytes = {}
  for (const model of Object.keys(headers)) {
    const file = createWriteStream(path.join(folder, `${model}.csv`))
    await pipeline(Readable.from(chunks(headers[model], linesOf[model](rows))), file)
    bytes[model] = file.bytesWritten
  }
  writeFileSync(marker, JSON.stringify({ recipe: hash, rows, bytes }))
  return { folder, rows, bytes }
}

const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Joins lines to chunks, so that the file system is not asked once a row. */
function* chunks(header, lines) {
  let chunk = `${header}\n`
  for (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk
      chunk = ''
    }
  }
  yield chunk
}
