import type { KeyLookup } from '../../index.js'
import { defineCommand } from '../define-command.js'
import { ExitCode } from '../exit-code.js'
import { flag } from '../options.js'
import { BATCH_HELP, TARGET_OPTIONS } from '../target-options.js'
import { withTarget } from '../with-target.js'

export const lookupCommand = defineCommand({
  name: 'lookup',
  summary: 'Tell which new key an old one became, or the other way round',
  description: `\
Prints the key in the database for one of the files. Says what was so right
after the import. Exits with 4 when the import had no such key.`,
  argument: { name: 'batch', help: BATCH_HELP },
  moreArguments: [
    { name: 'model', help: 'Its name in the Prisma schema' },
    { name: 'key', help: 'The key in the files; behind -- where it begins\nwith -' },
  ],
  options: {
    ...TARGET_OPTIONS,
    back: flag('The key is one of the database: print those of\nthe files'),
  },
  examples: [
    'npx prisma-gyro lookup 7f3a Order 4711',
    'npx prisma-gyro lookup last Order 90214 --back',
  ],

  async run(batch, { back, json, ...options }, context) {
    const { terminal, moreArguments } = context
    const [model = '', key = ''] = moreArguments
    const { lookUpKey } = await import('../../index.js')
    const found = await withTarget(options, context, ({ manifest, url }) => {
      const place = { batch, model, url }
      return lookUpKey(manifest, { ...place, ...(back ? { targetKey: key } : { sourceKey: key }) })
    })
    if (json) {
      terminal.json(found)
    } else {
      const { printable } = await import('../printable.js')
      for (const each of found.keys) terminal.data(printable(each))
    }
    for (const note of describeFound(found)) terminal.note(note)
    return found.keys.length > 0 ? ExitCode.Ok : ExitCode.ChecksFailed
  },
})

/** What a person should know of the answer. */
function describeFound({ batch, model, owner, from, keys, how }: KeyLookup): readonly string[] {
  if (keys.length === 0) {
    const what = from === 'source' ? 'had no such key' : 'gave no such key'
    return [`The import ${what} of ${model}.`]
  }
  return [
    ...(owner === model ? [] : [`The key of ${model} is one of ${owner}.`]),
    ...(how === 'kept' ? [`${owner} has kept its keys, whichever there were.`] : []),
    ...(how === 'pinned' ? [`All rows of ${owner} became this one.`] : []),
    ...(batch.status === 'COMPLETED' ? [] : [`The batch is ${batch.status}.`]),
  ]
}
