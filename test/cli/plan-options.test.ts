import { describe, expect, it } from '@jest/globals'
import { parseArguments } from '../../src/cli/options.js'
import { buildPlanOptions, PLAN_OPTIONS } from '../../src/cli/plan-options.js'
import type { PlanOptions } from '../../src/import/plan-options.js'
import { buildModel } from '../plan/plan-builders.js'
import { buildManifest } from '../support/build-manifest.js'

const STDIN: AsyncIterable<Uint8Array> = (async function* () {})()

const MANIFEST = buildManifest({
  models: [
    buildModel('Order', { fields: ['id'] }),
    buildModel('Tag', { fields: ['id'], strategy: 'none' }),
  ],
})

function build(...args: readonly string[]): PlanOptions {
  const usage = { command: 'prisma-gyro plan', usage: 'prisma-gyro plan <dir>' }
  const { options, argument = '' } = parseArguments(args, PLAN_OPTIONS, usage)
  return buildPlanOptions(argument, options, { url: 'u', manifest: MANIFEST, stdin: STDIN })
}

describe('buildPlanOptions', () => {
  it('says nothing that the command line does not say', () => {
    expect(build('./export')).toEqual({
      from: './export',
      url: 'u',
      csv: {},
      ignoreUnknown: false,
      followSymlinks: false,
      truncate: false,
      allowRemote: false,
    })
  })

  it('says all that the command line says', () => {
    const options = build(
      ...[
        './export',
        '--models=Order',
        '--delimiter=auto',
        '--quote=none',
        '--escape=x',
        '--null=',
      ],
      ...['--map=Order.a=b', '--ignore-columns=c,Order.d', '--header=Order=id,total'],
      ...[
        '--allow-special',
        '--ignore-unknown',
        '--follow-symlinks',
        '--truncate',
        '--allow-remote',
        '--max-inflated=200x',
        '--remap-strategy=none',
        '--fk-mode=rebuild',
        '--set=Tenant.id=4=2',
        '--set=Shop.key=a.b',
        '--no-use-copy',
        '--missing-reference=Order.customer=keep',
        '--no-history',
      ],
    )

    expect(options).toEqual({
      from: './export',
      url: 'u',
      models: ['Order'],
      strategy: 'none',
      pin: { Tenant: { id: '4=2' }, Shop: { key: 'a.b' } },
      fkMode: 'rebuild',
      useCopy: false,
      missingReference: { Order: { customer: 'keep' } },
      history: false,
      csv: { delimiter: 'auto', quote: 'none', escape: 'x', null: '' },
      map: { Order: { a: 'b' } },
      ignoreColumns: ['c', 'Order.d'],
      headers: { Order: ['id', 'total'] },
      allowSpecial: true,
      ignoreUnknown: true,
      followSymlinks: true,
      truncate: true,
      allowRemote: true,
      maxInflated: '200x',
    })
  })

  it('suggests the nearest mode for foreign keys', () => {
    expect(() => build('.', '--fk-mode=cheked')).toThrow(
      expect.objectContaining({
        code: 'CLI.INVALID_OPTION',
        details: expect.objectContaining({
          why: '"cheked" is none of auto, checked, rebuild, deferred, replica.',
          fix: 'Did you mean "checked"? Write --fk-mode with one of these.',
        }),
      }),
    )
  })

  it('takes standard input for a lone dash, and columns for the only model', () => {
    const { from, headers } = build('-', '--header=id,total')

    expect(from).toBe(STDIN)
    expect(headers).toEqual(['id', 'total'])
  })

  it('refuses columns both with and without a model', () => {
    expect(() => build('-', '--header=id', '--header=Order=id')).toThrow(
      expect.objectContaining({
        code: 'CLI.INVALID_OPTION',
        details: expect.objectContaining({ fix: 'Write <Model>= in front of every --header.' }),
      }),
    )
  })

  it('takes what is said for all models for none that is pinned', () => {
    const { strategy, pin } = build(
      ...['.', '--remap-strategy=none', '--remap-strategy=Tag=fresh', '--set=Order.id=7'],
    )

    expect(strategy).toEqual({ Tag: 'fresh' })
    expect(pin).toEqual({ Order: { id: '7' } })
  })

  it.each(['Order=7', 'Order.id', '.id=7', 'Order.=7', 'Order.id='])(
    'refuses to set %s',
    (value) => {
      expect(() => build('.', '--set', value)).toThrow(
        expect.objectContaining({
          code: 'CLI.INVALID_OPTION',
          details: expect.objectContaining({
            why: `"${value}" does not name a model, its key and a value.`,
          }),
        }),
      )
    },
  )

  it('leaves models to the schema that it says something of, unless they are named', () => {
    const all = build('.', '--remap-strategy=sequential', '--remap-strategy=Order=none')
    const single = build('.', '--remap-strategy=Tag=sequential')

    expect(all.strategy).toEqual({ Order: 'none' })
    expect(single.strategy).toEqual({ Tag: 'sequential' })
  })
})
