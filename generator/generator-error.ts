import { GyroError } from '../src/error/gyro-error.js'
import { didYouMean } from '../src/error/suggest.js'

export function unknownOption(block: string, option: string): GyroError {
  return new GyroError(
    'GENERATOR.INVALID_CONFIG',
    `The generator block "${block}" has an unknown option "${option}"`,
    {
      why: 'Beside provider, prisma-gyro takes one option: output.',
      fix: `${didYouMean(option, ['output', 'provider'])}Correct or remove the option.`,
      meta: { block, option },
    },
  )
}

/** @param provider As Prisma names it; undefined when the schema has no datasource. */
export function unsupportedProvider(provider: string | undefined): GyroError {
  return new GyroError('GENERATOR.UNSUPPORTED_PROVIDER', 'prisma-gyro loads into PostgreSQL only', {
    why:
      provider === undefined
        ? 'The schema has no datasource block.'
        : `The provider of the datasource is "${provider}".`,
    fix: 'Use prisma-gyro in a schema whose datasource has provider = "postgresql".',
    meta: { provider },
  })
}

export function outputOverlaps(output: string, other: string, otherOutput: string): GyroError {
  return new GyroError('GENERATOR.OUTPUT', 'Two generators would write into one folder', {
    why: `prisma-gyro writes to ${output}, the generator "${other}" to ${otherOutput}; one would delete the files of the other.`,
    fix: 'Set output of one generator block to a folder beside the other: output = "../generated/gyro".',
    meta: { output, other, otherOutput },
  })
}

export function foreignFile(file: string): GyroError {
  return new GyroError('GENERATOR.OUTPUT', `${file} was not written by prisma-gyro`, {
    why: 'A file of this name belongs to the output, and overwriting yours would lose it.',
    fix: 'Move or delete the file, or set output of the generator block to another folder.',
    meta: { file },
  })
}

export function outputNotWritable(file: string, cause: unknown): GyroError {
  return new GyroError('GENERATOR.OUTPUT', `${file} cannot be written`, {
    why: `The system says: ${(cause as Error).message}.`,
    fix: 'Make the folder writable, or set output of the generator block to another folder.',
    meta: { file },
    cause,
  })
}
