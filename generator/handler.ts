// A CommonJS module whose named exports Node cannot see: only the default import works.
import generatorHelper, {
  type GeneratorManifest,
  type GeneratorOptions,
} from '@prisma/generator-helper'
import { isGyroError } from '../src/error/gyro-error.js'
import { generate } from './generate.js'
import { DEFAULT_OUTPUT } from './generator-config.js'
import { readPackageVersion } from './package-version.js'

/** Answers `prisma generate` over stdin and stderr until Prisma closes stdin. */
export function serve(): void {
  // Prisma ends the shell it started, not this process: without this it would wait for us for ever.
  process.stdin.on('end', () => process.exit())
  generatorHelper.generatorHandler({ onManifest, onGenerate })
}

/** What Prisma prints of the generator, and where its files go when the block does not say. */
export function onManifest(): GeneratorManifest {
  return {
    prettyName: 'Prisma Gyro',
    version: readPackageVersion(),
    defaultOutput: DEFAULT_OUTPUT,
  }
}

/**
 * Writes the output folder. Prisma prints the message of what is thrown and nothing else of it, so
 * that a `GyroError` is laid out for people here.
 */
export async function onGenerate(options: GeneratorOptions): Promise<void> {
  try {
    await generate(options)
  } catch (error) {
    if (!isGyroError(error)) {
      throw error
    }
    const { code, summary, details } = error
    throw new Error(`${summary} (${code})\n\n  ${details.why}\n  ${details.fix}\n`, {
      cause: error,
    })
  }
}
