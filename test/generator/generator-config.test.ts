import { mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type ConfigSource, resolveGeneratorConfig } from '../../generator/generator-config.js'
import { withFolder } from './generator-options.js'

const PROJECT = path.resolve('project')

describe('resolveGeneratorConfig', () => {
  it('resolves the output against the folder of the block', () => {
    const config = resolveGeneratorConfig(source({ output: '../src/gyro' }))

    expect(config).toEqual({ output: path.join(PROJECT, 'src', 'gyro') })
  })

  it('writes beside the schema folder when the block does not say where', () => {
    const config = resolveGeneratorConfig(source({}))

    expect(config).toEqual({ output: path.join(PROJECT, 'generated', 'gyro') })
  })

  it('takes another generator beside it, and one that does not say where it writes', () => {
    const others = [block('client', '../generated/gyro-client'), block('docs')]

    const config = resolveGeneratorConfig(source({ others }))

    expect(config).toEqual({ output: path.join(PROJECT, 'generated', 'gyro') })
  })

  it.each([
    ['around', '../generated'],
    ['inside', '../generated/gyro/client'],
    ['same', '../generated/gyro'],
    ['same by another way', '../generated/other/../gyro/'],
    ['same on a disk that does not tell case', '../Generated/gyro/client'],
  ])('refuses an output that another generator writes to: %s', (_, other) => {
    const others = [block('client', other)]

    expect(() => resolveGeneratorConfig(source({ others }))).toThrow(
      expect.objectContaining({
        code: 'GENERATOR.OUTPUT',
        summary: 'Two generators would write into one folder',
        details: expect.objectContaining({ meta: expect.objectContaining({ other: 'client' }) }),
      }),
    )
  })

  it('refuses an output that a link leads into that of another generator', () =>
    withFolder(async (folder) => {
      await mkdir(path.join(folder, 'client'))
      await symlink('client', path.join(folder, 'link'))
      const others = [block('client', path.join(folder, 'client'))]
      const output = path.join(folder, 'link', 'deeper', 'gyro')

      expect(() => resolveGeneratorConfig(source({ output, others }))).toThrow(
        expect.objectContaining({ code: 'GENERATOR.OUTPUT' }),
      )
    }))

  it('refuses an unknown option and suggests the one that was meant', () => {
    const config = { outptu: '../gyro' }

    expect(() => resolveGeneratorConfig(source({ config }))).toThrow(
      expect.objectContaining({
        code: 'GENERATOR.INVALID_CONFIG',
        message:
          'The generator block "gyro" has an unknown option "outptu". Beside provider, ' +
          'prisma-gyro takes one option: output. Did you mean "output"? ' +
          'Correct or remove the option.',
      }),
    )
  })

  it.each([
    ['mysql', 'The provider of the datasource is "mysql".'],
    [undefined, 'The schema has no datasource block.'],
  ])('refuses a datasource that is not PostgreSQL: %s', (provider, why) => {
    expect(() => resolveGeneratorConfig(source({ provider }))).toThrow(
      expect.objectContaining({
        code: 'GENERATOR.UNSUPPORTED_PROVIDER',
        details: expect.objectContaining({ why }),
      }),
    )
  })
})

interface Case {
  readonly output?: string
  readonly config?: Record<string, string>
  readonly others?: readonly Block[]
  readonly provider?: string | undefined
}

type Block = ConfigSource['generator']

function source(given: Case): ConfigSource {
  const provider = 'provider' in given ? given.provider : 'postgresql'
  return {
    generator: { ...block('gyro', given.output), config: given.config ?? {} },
    otherGenerators: given.others ?? [],
    datasources: provider === undefined ? [] : [{ activeProvider: provider }],
  }
}

function block(name: string, output?: string): Block {
  return {
    name,
    config: {},
    output: output === undefined ? null : { fromEnvVar: null, value: output },
    sourceFilePath: path.join(PROJECT, 'prisma', 'schema.prisma'),
  }
}
