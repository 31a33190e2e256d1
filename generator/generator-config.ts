import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import type { GeneratorOptions } from '@prisma/generator-helper'
import { outputOverlaps, unknownOption, unsupportedProvider } from './generator-error.js'

/** Beside the folder that Prisma's own documentation generates the client into. */
export const DEFAULT_OUTPUT = '../generated/gyro'

/** The generator block, checked. */
export interface GeneratorConfig {
  /** Absolute path of the output folder. */
  readonly output: string
}

type GeneratorBlock = Pick<
  GeneratorOptions['generator'],
  'name' | 'config' | 'output' | 'sourceFilePath'
>

/** The part of `GeneratorOptions` that the configuration depends on. */
export interface ConfigSource {
  readonly generator: GeneratorBlock
  readonly otherGenerators: readonly GeneratorBlock[]
  readonly datasources: readonly { readonly activeProvider: string }[]
}

/**
 * Reads the generator block. `output` is its only option; `previewFeatures` and `binaryTargets`,
 * which Prisma takes in any block, have no effect.
 *
 * @throws {GyroError} `GENERATOR.INVALID_CONFIG` for another option.
 * @throws {GyroError} `GENERATOR.UNSUPPORTED_PROVIDER` when the datasource is not PostgreSQL.
 * @throws {GyroError} `GENERATOR.OUTPUT` when another generator writes there: Prisma Client deletes
 *   every `.ts` file below its own output.
 */
export function resolveGeneratorConfig(options: ConfigSource): GeneratorConfig {
  const { generator, otherGenerators, datasources } = options
  // Prisma keeps `provider` and `output` apart from the options that it does not know itself.
  for (const option of Object.keys(generator.config)) {
    throw unknownOption(generator.name, option)
  }
  const provider = datasources[0]?.activeProvider
  if (provider !== 'postgresql') {
    throw unsupportedProvider(provider)
  }
  const output = resolveOutput(generator) ?? path.resolve(blockFolder(generator), DEFAULT_OUTPUT)
  for (const other of otherGenerators) {
    const otherOutput = resolveOutput(other)
    if (otherOutput !== null && (holds(output, otherOutput) || holds(otherOutput, output))) {
      throw outputOverlaps(output, other.name, otherOutput)
    }
  }
  return { output }
}

/** Null when the block leaves it to its generator. Prisma resolves `env()` before we are asked. */
function resolveOutput(block: GeneratorBlock): string | null {
  const output = block.output?.value
  return typeof output === 'string' ? path.resolve(blockFolder(block), output) : null
}

function blockFolder({ sourceFilePath }: GeneratorBlock): string {
  return path.dirname(sourceFilePath)
}

/**
 * Whether one folder is or lies in the other, however links lead there. Case does not count: there
 * are disks that do not tell it, and what is generated here should not be lost on one of them.
 */
function holds(outer: string, inner: string): boolean {
  const way = path.relative(findRealPath(outer).toLowerCase(), findRealPath(inner).toLowerCase())
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way)
}

/** Of a folder that need not exist: then one above it may be a link. */
function findRealPath(folder: string): string {
  let present = folder
  while (!existsSync(present) && path.dirname(present) !== present) {
    present = path.dirname(present)
  }
  return path.join(realpathSync.native(present), path.relative(present, folder))
}
