import { describe, expect, it } from '@jest/globals'
import { readManifest } from '../../src/project/read-manifest.js'
import { readProject } from '../../src/project/read-project.js'
import { buildManifest } from '../support/build-manifest.js'
import { withCsvFolder } from '../support/csv-folder.js'

const EMPTY = buildManifest({})
const MANIFEST = JSON.stringify(EMPTY)

/** The manifest of a project with these files. */
function readIn(files: Record<string, string>, manifest?: string): Promise<unknown> {
  return withCsvFolder(files, async (folder) => {
    const project = await readProject({ cwd: folder, env: {} })
    return readManifest({ manifest, project })
  })
}

function generator(...settings: string[]): string {
  return [
    'generator client {',
    '  provider = "prisma-client"',
    '  output   = "../wrong"',
    '}',
    'model Generator {',
    '  id Int @id @default(autoincrement()) // provider = "prisma-gyro"',
    '}',
    'generator gyro {',
    ...settings,
    '}',
  ].join('\n')
}

describe('readManifest', () => {
  it.each([
    ['beside the schema', 'prisma/schema.prisma', ['provider = "prisma-gyro"'], 'generated/gyro'],
    [
      'at output',
      'schema.prisma',
      ['provider="npx prisma-gyro"', 'output = "./a \\"b\\"" // c'],
      'a "b"',
    ],
    [
      'of a folder',
      'prisma/sub/gyro.prisma',
      ['provider = "prisma-gyro"'],
      'prisma/generated/gyro',
    ],
    ['at the default', 'prisma/schema.prisma', ['provider = "other"'], 'generated/gyro'],
    ['without a provider', 'prisma/schema.prisma', ['// nothing'], 'generated/gyro'],
  ])('reads the one that the schema says: %s', async (_, schema, settings, output) => {
    const files = { [schema]: generator(...settings), [`${output}/manifest.json`]: MANIFEST }

    const manifest = await readIn(files)

    expect(manifest).toEqual(EMPTY)
  })

  it('reads the usual one without a schema', async () => {
    const manifest = await readIn({ 'generated/gyro/manifest.json': MANIFEST })

    expect(manifest).toEqual(EMPTY)
  })

  it('reads the one that is named', async () => {
    const manifest = await readIn({ 'my.json': MANIFEST }, 'my.json')

    expect(manifest).toEqual(EMPTY)
  })

  it('says how to make one when there is none', async () => {
    const reading = readIn({
      'schema.prisma': generator('provider = "prisma-gyro"', 'output = "out"'),
    })

    await expect(reading).rejects.toMatchObject({
      code: 'MANIFEST.NOT_FOUND',
      message:
        'There is no manifest out/manifest.json. The file cannot be read (ENOENT); `prisma generate` writes it. Add the block generator gyro { provider = "prisma-gyro" } to the Prisma schema, if it is not there, and run "npx prisma generate". If the manifest is elsewhere, name it with --manifest.',
    })
  })

  it('blames the config that could have led to it', async () => {
    const broken = { 'prisma.config.mjs': 'throw new Error("boom")' }

    await expect(readIn(broken)).rejects.toMatchObject({ code: 'PROJECT.CONFIG' })
    await expect(readIn(broken, 'my.json')).rejects.toMatchObject({ code: 'MANIFEST.NOT_FOUND' })
  })

  it('refuses a file that is not JSON', async () => {
    const reading = readIn({ 'my.json': '{ "version": 1,' }, 'my.json')

    await expect(reading).rejects.toMatchObject({ code: 'MANIFEST.INVALID' })
  })
})
