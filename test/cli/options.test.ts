import { describe, expect, it } from '@jest/globals'
import { columnMaps, headerNames } from '../../src/cli/column-options.js'
import {
  asksFor,
  character,
  flag,
  names,
  parseArguments,
  text,
  textOrEmpty,
} from '../../src/cli/options.js'
import { remapStrategies } from '../../src/cli/remap-strategy-option.js'

const OPTIONS = {
  url: text('<url>', 'Where'),
  models: names('<A,B>', 'Which'),
  strategy: remapStrategies('<s>', 'How'),
  delimiter: character('<c>', 'Between'),
  quote: character('<c>', 'Around', 'none'),
  null: textOrEmpty('<text>', 'Nothing'),
  map: columnMaps('<m>', 'Mapped'),
  header: headerNames('<h>', 'First'),
  json: flag('Document'),
  help: flag('Text', 'h'),
}

const USAGE = { command: 'prisma-gyro import', usage: 'prisma-gyro import <dir> [options]' }

const parse = (...args: string[]) => parseArguments(args, OPTIONS, USAGE)

/** The code and the sentences of what parsing throws. */
function refusal(...args: string[]) {
  try {
    parse(...args)
  } catch (error) {
    const { code, summary, details } = error as Error & {
      code: string
      summary: string
      details: { why: string; fix: string }
    }
    return [code, summary, details.why, details.fix]
  }
  throw new Error('nothing was refused')
}

describe('parseArguments', () => {
  it('gives every option a value when none is given', () => {
    expect(parse()).toEqual({
      argument: undefined,
      moreArguments: [],
      options: {
        url: undefined,
        models: undefined,
        strategy: { all: undefined, byModel: new Map() },
        delimiter: undefined,
        quote: undefined,
        null: undefined,
        map: undefined,
        header: undefined,
        json: false,
        help: false,
      },
    })
  })

  it('takes options before and after the argument, with a blank or an equals sign', () => {
    const { argument, options } = parse('--json', '--url', 'postgresql://x', './export', '--null=')

    expect(argument).toBe('./export')
    expect(options).toMatchObject({ json: true, url: 'postgresql://x', null: '' })
  })

  it('takes the last of two values', () => {
    expect(parse('--url', 'a', '--url', 'b').options.url).toBe('b')
  })

  it('takes everything after -- as arguments', () => {
    expect(parse('--', '--json').argument).toBe('--json')
  })

  it('takes values that begin with a dash after an equals sign, and a lone dash anywhere', () => {
    expect(parse('--null=--', '--delimiter', '-').options).toMatchObject({
      null: '--',
      delimiter: '-',
    })
  })

  it('suggests the option that was meant', () => {
    expect(refusal('--modles', 'A')).toEqual([
      'CLI.UNKNOWN_OPTION',
      'There is no option --modles',
      '"prisma-gyro import" does not take it.',
      'Did you mean "--models"? See all options with: prisma-gyro import --help',
    ])
  })

  it('knows no option that only an object has', () => {
    expect(refusal('--__proto__')[0]).toBe('CLI.UNKNOWN_OPTION')
    expect(refusal('--constructor=1')[0]).toBe('CLI.UNKNOWN_OPTION')
    expect(refusal('-x')[0]).toBe('CLI.UNKNOWN_OPTION')
  })

  it('refuses a second argument', () => {
    expect(refusal('my', 'export')).toEqual([
      'CLI.UNEXPECTED_ARGUMENT',
      '"export" is one argument too many',
      'A name with spaces has to be quoted, and an option begins with --.',
      'Write: prisma-gyro import <dir> [options]',
    ])
  })

  it.each([[['--url']], [['--url', '--json']]])('refuses %j: the value is missing', (args) => {
    expect(refusal(...args)).toEqual([
      'CLI.INVALID_OPTION',
      '--url cannot be used like this',
      'It needs a value.',
      'Write --url <url>, or --url=<url> for a value that begins with "-".',
    ])
  })

  it('refuses a value for an option that takes none', () => {
    expect(refusal('--json=yes')).toEqual([
      'CLI.INVALID_OPTION',
      '--json cannot be used like this',
      'It takes no value.',
      'Write --json alone.',
    ])
  })
})

describe('text', () => {
  it('refuses an empty value, as an unset variable makes it', () => {
    expect(refusal('--url=')).toEqual([
      'CLI.INVALID_OPTION',
      '--url cannot be used like this',
      'Its value is empty; an unset variable in the shell does that.',
      'Write --url <url>, or leave it out.',
    ])
  })
})

describe('names', () => {
  it('adds up lists', () => {
    expect(parse('--models', 'A, B', '--models=C').options.models).toEqual(['A', 'B', 'C'])
  })

  it('refuses an empty name', () => {
    expect(refusal('--models', 'A,')).toEqual([
      'CLI.INVALID_OPTION',
      '--models cannot be used like this',
      'One of its names is empty.',
      'Write names with commas between them and no spaces: --models <A,B>',
    ])
  })
})

describe('character', () => {
  it.each([
    [';', ';'],
    ['tab', '\t'],
    ['\\t', '\t'],
    ['\t', '\t'],
  ])('takes %j', (value, expected) => {
    expect(parse('--delimiter', value).options.delimiter).toBe(expected)
  })

  it.each(['', ';;'])('refuses %j', (value) => {
    expect(refusal(`--delimiter=${value}`)).toEqual([
      'CLI.INVALID_OPTION',
      '--delimiter cannot be used like this',
      `"${value}" is not one character.`,
      "Write one character, such as --delimiter ';', or --delimiter tab.",
    ])
  })
})

describe('character with a word', () => {
  it('takes the word as it is', () => {
    expect(parse('--quote', 'none').options.quote).toBe('none')
  })

  it('names the word where it refuses another', () => {
    expect(refusal('--quote=non')[3]).toBe(
      "Write one character, such as --quote ';', or --quote none.",
    )
  })
})

describe('columnMaps', () => {
  it('takes names with dots and equals signs, and adds up', () => {
    const { map } = parse(
      '--map=Order.Customer Name=customerId',
      '--map=Order.a.b=c=d',
      '--map=Tag.x=y',
      '--map=Order.a.b=c=e',
    ).options

    expect(map).toEqual({ Order: { 'Customer Name': 'customerId', 'a.b=c': 'e' }, Tag: { x: 'y' } })
  })

  it.each(['Order', 'Order.x', 'Order=x', 'Order.=x', '.x=y', 'Order.x='])(
    'refuses %j',
    (value) => {
      expect(refusal(`--map=${value}`)).toEqual([
        'CLI.INVALID_OPTION',
        '--map cannot be used like this',
        `"${value}" does not name a model, a header and a field.`,
        "Write --map <Model>.<header>=<field>, such as --map 'Order.Customer Name=customerId'.",
      ])
    },
  )
})

describe('headerNames', () => {
  it('tells the columns of the only model from those of single ones', () => {
    expect(parse('--header', 'id,my total').options.header).toEqual({
      only: ['id', 'my total'],
      byModel: {},
    })
    expect(parse('--header=Order=id,a=b', '--header=Tag=name').options.header).toEqual({
      only: undefined,
      byModel: { Order: ['id', 'a=b'], Tag: ['name'] },
    })
  })

  it.each([
    ['=id', '"=id" names no model.'],
    ['Order=', 'One of its names is empty.'],
    ['id,,total', 'One of its names is empty.'],
  ])('refuses %j', (value, why) => {
    expect(refusal(`--header=${value}`)).toEqual([
      'CLI.INVALID_OPTION',
      '--header cannot be used like this',
      why,
      'Write --header Order=id,total, or --header id,total where there is one model.',
    ])
  })
})

describe('remapStrategies', () => {
  it('tells the strategy of all models from those of single ones', () => {
    const { strategy } = parse(
      '--strategy=Tenant=sequential',
      '--strategy=none',
      '--strategy=Tenant=none',
      '--strategy=__proto__=none',
    ).options

    expect(strategy.all).toBe('none')
    expect([...strategy.byModel]).toEqual([
      ['Tenant', 'none'],
      ['__proto__', 'none'],
    ])
  })

  it('suggests the strategy that was meant', () => {
    expect(refusal('--strategy', 'Tenant=sequental')).toEqual([
      'CLI.INVALID_OPTION',
      '--strategy cannot be used like this',
      'There is no strategy "sequental".',
      'Did you mean "sequential"? Write one of sequential, hash, fresh, match, none; for one model <Model>=<s>.',
    ])
  })

  it('refuses a strategy for no model', () => {
    expect(refusal('--strategy==none')).toEqual([
      'CLI.INVALID_OPTION',
      '--strategy cannot be used like this',
      '"=none" names no model.',
      'Write --strategy <Model>=none, or --strategy none for all models.',
    ])
  })
})

describe('asksFor', () => {
  it('finds an option by either name, among wrong ones', () => {
    expect(asksFor('help', ['--nope', '-h'], OPTIONS)).toBe(true)
    expect(asksFor('help', ['x', '--help'], OPTIONS)).toBe(true)
    expect(asksFor('help', ['--', '--help'], OPTIONS)).toBe(false)
  })
})
