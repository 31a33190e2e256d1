// A generator as Prisma sees it: from the start of its process to its answer. Prisma sends it all
// that it knows of the schema, so that a generator which does nothing takes its time too.
import generatorHelper from '@prisma/generator-helper'
import { readGeneratorOptions } from '../generator-options.mjs'
import { measure } from '../measure.mjs'

await measure({
  prepare: ({ schema }) => readGeneratorOptions(schema),

  async run({ generator }, options) {
    const started = new generatorHelper.GeneratorProcess(generator, { isNode: true })
    await started.init()
    await started.getManifest(options.generator)
    await started.generate(options)
    started.stop()
  },
})
