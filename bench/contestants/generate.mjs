// The generator on a large schema, without its process: what `generate` takes on its first call, with
// no file there before.
import { rmSync } from 'node:fs'
import { readGeneratorOptions } from '../generator-options.mjs'
import { measure } from '../measure.mjs'

await measure({
  async prepare({ schema, output }) {
    rmSync(output, { recursive: true })
    const { generate } = await import('../../dist/generator/generate.js')
    return { generate, options: await readGeneratorOptions(schema) }
  },

  run: (_task, { generate, options }) => generate(options),
})
