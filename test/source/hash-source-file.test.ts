import { createHash } from 'node:crypto'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { FileDigest } from '../../src/source/file-digest.js'
import { hashSourceFile } from '../../src/source/hash-source-file.js'
import { openSourceFile } from '../../src/source/open-source-file.js'
import { NO_INFLATION_LIMIT } from '../../src/source/source-file.js'
import { withCsvFolder } from '../support/csv-folder.js'

const TEXT = 'id\n1\n2\n'
const SHA256 = createHash('sha256').update(TEXT).digest('hex')
const { signal } = new AbortController()

function withFile(use: (file: Parameters<typeof hashSourceFile>[0]) => Promise<void>) {
  return withCsvFolder({ 'A.csv': TEXT }, (folder) => {
    const opened = path.join(folder, 'A.csv')
    const bytes = TEXT.length
    const names = { name: 'A.csv', path: opened, opened }
    return use({ ...names, bytes, compression: null, maxInflated: NO_INFLATION_LIMIT })
  })
}

it('is worked out while a file is read', () =>
  withFile(async (file) => {
    const digest = new FileDigest()
    for await (const _ of openSourceFile(file, signal, digest));

    expect(digest.sha256).toBe(SHA256)
    const gone = { ...file, opened: '/nowhere' }
    expect(await hashSourceFile(gone, digest, signal)).toBe(SHA256)
  }))

it('reads a file that was not read to its end', () =>
  withFile(async (file) => {
    const digest = new FileDigest()
    for await (const _ of openSourceFile(file, signal, digest)) break

    expect(digest.sha256).toBeNull()
    expect(await hashSourceFile(file, digest, signal)).toBe(SHA256)
  }))
