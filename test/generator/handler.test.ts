import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { onGenerate, onManifest } from '../../generator/handler.js'
import { readPackageVersion } from '../../generator/package-version.js'
import { generatorOptionsOf, withFolder } from './generator-options.js'

const SCHEMA = `
generator gyro {
  provider = "prisma-gyro"
  colour   = "green"
}
datasource db {
  provider = "postgresql"
}
model Note {
  id Int @id
}
`

describe('onManifest', () => {
  it('names the generator, its version and where it writes by default', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'))

    expect(onManifest()).toEqual({
      prettyName: 'Prisma Gyro',
      version,
      defaultOutput: '../generated/gyro',
    })
  })
})

describe('readPackageVersion', () => {
  it('finds the package from any depth', () => {
    const deep = path.resolve('src', 'import')

    expect(readPackageVersion(deep)).toBe(readPackageVersion(path.resolve('.')))
  })
})

describe('onGenerate', () => {
  it('lays out what a person has to read in a terminal', () =>
    withFolder(async (folder) => {
      const options = await generatorOptionsOf(SCHEMA, folder)

      const generating = onGenerate(options)

      await expect(generating).rejects.toMatchObject({
        message:
          'The generator block "gyro" has an unknown option "colour" (GENERATOR.INVALID_CONFIG)\n\n' +
          '  Beside provider, prisma-gyro takes one option: output.\n' +
          '  Correct or remove the option.\n',
      })
    }))

  it('passes a bug on as it is', () =>
    withFolder(async (folder) => {
      const options = await generatorOptionsOf(SCHEMA.replace(/colour.*/, ''), folder)
      const bug = new TypeError('a bug')

      const generating = onGenerate({
        ...options,
        get dmmf(): never {
          throw bug
        },
      })

      await expect(generating).rejects.toBe(bug)
    }))
})
