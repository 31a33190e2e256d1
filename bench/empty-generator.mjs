// A generator that does nothing: what Prisma and its library take for any other, too.
import generatorHelper from '@prisma/generator-helper'

process.stdin.on('end', () => process.exit())
generatorHelper.generatorHandler({
  onManifest: () => ({ prettyName: 'Nothing', defaultOutput: '.' }),
  onGenerate: async () => {},
})
