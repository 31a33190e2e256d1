import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { ERROR_CODES } from '../../src/error/error-codes.js'

const SOURCES = ['src', 'generator'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('error-codes.ts')),
)

describe('ERROR_CODES', () => {
  it('are in byte order, each with a sentence for the README', () => {
    const codes = Object.keys(ERROR_CODES)

    expect(codes).toEqual(codes.toSorted())
    expect(Object.values(ERROR_CODES).filter((sentence) => /^$|\.$/.test(sentence))).toEqual([])
  })

  it('are all raised, each somewhere in the code', () => {
    const text = SOURCES.map((file) => readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\//gs, ''))

    const unused = Object.keys(ERROR_CODES).filter((code) => !text.join().includes(`'${code}'`))

    expect(unused).toEqual([])
  })
})
