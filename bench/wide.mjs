// The workload `wide`: as many keys as will fit, little else. What the keys cost in memory shows here.
import path from 'node:path'
import { makeCsvFolder } from './csv-folder.mjs'
import { randomNumbers } from './random-numbers.mjs'

/** The header of each file, in load order. */
export const HEADERS = {
  Parent: ['id', 'code'],
  Child: ['id', 'parentId', 'quantity'],
}

/** Which model each reference column refers to. */
export const REFERENCES = {
  Parent: {},
  Child: { parentId: 'Parent' },
}

/** Of so many ids in a row one is missing: rows were deleted, as in every table that has lived. */
const IDS_PER_GAP = 100

/**
 * Makes the CSV folder of a scale, or finds it complete from an earlier run.
 *
 * @param scale 1 is 20 million parents and 2 million children.
 * @returns `{ folder, rows, bytes }`, rows and bytes per model.
 */
export function makeWide(scale) {
  const folder = path.join(import.meta.dirname, 'data', `wide-${scale}`)
  const count = (full) => Math.max(10, Math.round(full * scale))
  return makeCsvFolder(folder, import.meta.filename, {
    headers: HEADERS,
    rows: { Parent: count(20_000_000), Child: count(2_000_000) },
    linesOf: LINES,
  })
}

const LINES = {
  *Parent(rows) {
    for (let row = 1; row <= rows.Parent; row++) {
      yield `${idOf(row)},P${row % 1_000}`
    }
  },

  *Child(rows) {
    const random = randomNumbers(1)
    for (let row = 1; row <= rows.Child; row++) {
      yield `${idOf(row)},${idOf(1 + random(rows.Parent))},${1 + random(9)}`
    }
  },
}

/** The id of the row with this number, counted from 1. */
const idOf = (row) => row + Math.floor(row / (IDS_PER_GAP - 1))
