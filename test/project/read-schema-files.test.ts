import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readSchemaFiles } from '../../src/project/read-schema-files.js'
import { withCsvFolder } from '../support/csv-folder.js'

describe('readSchemaFiles', () => {
  it('reads one file, whatever its name is', () =>
    withCsvFolder({ 'schema.txt': '// one' }, async (folder) => {
      const file = path.join(folder, 'schema.txt')

      expect(readSchemaFiles(file)).toEqual([{ path: file, content: '// one' }])
    }))

  it('reads the schema files of a folder and below it in byte order, and no others', () =>
    withCsvFolder(
      { 'b.prisma': 'b', 'a/c.prisma': 'c', 'B.prisma': 'B', '.prisma': '', 'a/x.sql': '' },
      async (folder) => {
        const files = readSchemaFiles(folder)

        expect(files.map((file) => path.relative(folder, file.path))).toEqual([
          'B.prisma',
          path.join('a', 'c.prisma'),
          'b.prisma',
        ])
      },
    ))

  it('follows links as Prisma does, and no folder twice', () =>
    withCsvFolder({ 'models/a.prisma': 'a', 'schema/b.prisma': 'b' }, async (folder) => {
      const schema = path.join(folder, 'schema')
      await symlink(path.join(folder, 'models'), path.join(schema, 'linked'))
      await symlink(path.join(folder, 'models'), path.join(schema, 'linked again'))
      await symlink(schema, path.join(folder, 'models', 'round'))
      await symlink('nowhere', path.join(schema, 'broken'))

      const files = readSchemaFiles(schema)

      expect(files.map(({ content }) => content).sort()).toEqual(['a', 'b'])
    }))
})
