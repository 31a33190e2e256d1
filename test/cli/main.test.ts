import { describe, expect, it } from '@jest/globals'
import { defineCommand } from '../../src/cli/define-command.js'
import { main } from '../../src/cli/main.js'
import { GyroError } from '../../src/error/gyro-error.js'
import { InternalError } from '../../src/error/internal-error.js'
import { recordIo } from './recorded-io.js'

const PROGRAM_HELP = `\
Export slices of a PostgreSQL database, and import them or any CSV export into
another through your Prisma schema: new keys, references intact, COPY speed.

Usage
  prisma-gyro <command> [options]

Commands
  export         Write rows of the database into a folder of CSV files
  plan           Show what an import would do, and why
  import         Load a folder of CSV files, all or nothing
  verify         Compare an import with its files: rows, values, references
  rollback       Undo an import: delete its rows, restore what it updated
  resume         Go on with an import that commits in chunks and stopped
  history        List past imports, or show all about one
  lookup         Tell which new key an old one became, or the other way round
  history prune  Drop keys and before-images of old imports

Options
  -v, --version  Print the version
  -h, --help     Show this text

See the options of a command with: prisma-gyro <command> --help
`

const PLAN_HELP = `\
Show what an import would do, and why.
Reads the headers of the files and the catalog of the database; writes nothing.
Exits with 2 when something has to be cured first, with 4 when only rows do.

Usage
  prisma-gyro plan <dir> [options]

Argument
  <dir>                    Folder with the CSV files, such as Order.csv; or -
                           for standard input

Options
  --url <url>              postgresql:// URL of the database; else the
                           datasource.url of the Prisma config, else
                           DATABASE_URL
  --embedded               Start a PostgreSQL for this project instead, kept
                           under .gyro/
  --config <file>          Prisma config, if not prisma.config.*
  --manifest <file>        Manifest, if not where \`prisma generate\` puts it
  --models <A,B>           Only these models; default: all that have a file
  --remap-strategy <s>     New keys: sequential (the default: next ids), fresh
                           (new uuids and the like too), match (those of rows
                           that are there), hash (the same in every run) or
                           none (keep them); for one model <Model>=<s>,
                           repeatable; @gyro.strategy beats what is for all
  --set <M.key=value>      All rows of the model M are the one that is there
                           with this key, such as Tenant.id=42; repeatable
  --on-conflict <p>        Rows that are there: error (the default), skip or
                           update; for one model <Model>=<p>, by the fields of a
                           unique <Model>=<p>:<field>+<field>; repeatable
  --update-columns <M=a>   Fields of the model M that an update sets: M=a,b;
                           default: all of the file; repeatable
  --missing-reference <p>  Rows that refer to one that is not in the files:
                           fail (the default with new keys), keep the value (it
                           means a row that is there), null or reject; for one
                           reference <Model>.<field>=<p>, for those of a model
                           <Model>=<p>; repeatable
  --truncate               Empty the tables of the import first, in the same
                           transaction
  --allow-remote           Let --truncate empty tables of a server elsewhere
  --fk-mode <m>            checked: constraints stay in place; rebuild: drop
                           and remake them, locking the tables; deferred: check
                           them when all rows are there; replica: look them up
                           and fire no triggers; auto (the default): rebuild
                           where that holds nobody up
  --no-use-copy            Load by INSERT, where COPY is not allowed
  --no-history             Leave nothing of the import in the database:
                           it cannot be undone then
  --commit <when>          once (the default): all rows or none; chunk: as they
                           come, to go on with resume or undo with rollback
  --batch-size <rows>      Rows of a chunk; default: 100000
  --delimiter <c>          Character between fields, tab, or auto to find out;
                           default: comma, in .tsv files tab
  --quote <c>              Character around fields, or none; default: "
  --escape <c>             Character that makes a quote inside quotes literal;
                           default: the quote
  --null <text>            Unquoted text that means NULL; default: nothing
  --map <M.cell=field>     A header cell that means a field of the model M;
                           repeatable
  --ignore-columns <a,b>   Header cells to leave out; M.a for one model only
  --header <M=a,b>         Columns of files that begin with data; repeatable;
                           without M= where --models names only one
  --transform <file>       JavaScript that exports transform or validate, with
                           a function per model that changes rows or rejects
                           them; a plan runs it with --check
  --allow-special          Let infinity, NaN, now and their like through
  --ignore-unknown         Leave files alone that match no model
  --follow-symlinks        Follow links to files inside the folder
  --max-inflated <limit>   How much a .gz or .zst may become: 200x its size
                           or 10GB; default: 50x (beyond 64 MiB) and 100GB
  --check                  Read all rows too, and tell which cannot be loaded
  --json                   Print one JSON document instead of text
  --quiet                  No progress and no notes: only data and errors
  -h, --help               Show this text

Examples
  npx prisma-gyro plan ./export
  npx prisma-gyro plan ./export --json
  npx prisma-gyro plan ./export --check
`

const IMPORT_HELP = `\
Load a folder of CSV files, all or nothing.
Every row gets a new key, every reference follows, in one transaction through
COPY. Ctrl-C undoes it. With - the rows of one model come from standard input.

Usage
  prisma-gyro import <dir> [options]

Argument
  <dir>                    Folder with the CSV files, such as Order.csv; or -
                           for standard input

Options
  --url <url>              postgresql:// URL of the database; else the
                           datasource.url of the Prisma config, else
                           DATABASE_URL
  --embedded               Start a PostgreSQL for this project instead, kept
                           under .gyro/
  --config <file>          Prisma config, if not prisma.config.*
  --manifest <file>        Manifest, if not where \`prisma generate\` puts it
  --models <A,B>           Only these models; default: all that have a file
  --remap-strategy <s>     New keys: sequential (the default: next ids), fresh
                           (new uuids and the like too), match (those of rows
                           that are there), hash (the same in every run) or
                           none (keep them); for one model <Model>=<s>,
                           repeatable; @gyro.strategy beats what is for all
  --set <M.key=value>      All rows of the model M are the one that is there
                           with this key, such as Tenant.id=42; repeatable
  --on-conflict <p>        Rows that are there: error (the default), skip or
                           update; for one model <Model>=<p>, by the fields of a
                           unique <Model>=<p>:<field>+<field>; repeatable
  --update-columns <M=a>   Fields of the model M that an update sets: M=a,b;
                           default: all of the file; repeatable
  --missing-reference <p>  Rows that refer to one that is not in the files:
                           fail (the default with new keys), keep the value (it
                           means a row that is there), null or reject; for one
                           reference <Model>.<field>=<p>, for those of a model
                           <Model>=<p>; repeatable
  --truncate               Empty the tables of the import first, in the same
                           transaction
  --allow-remote           Let --truncate empty tables of a server elsewhere
  --fk-mode <m>            checked: constraints stay in place; rebuild: drop
                           and remake them, locking the tables; deferred: check
                           them when all rows are there; replica: look them up
                           and fire no triggers; auto (the default): rebuild
                           where that holds nobody up
  --no-use-copy            Load by INSERT, where COPY is not allowed
  --no-history             Leave nothing of the import in the database:
                           it cannot be undone then
  --commit <when>          once (the default): all rows or none; chunk: as they
                           come, to go on with resume or undo with rollback
  --batch-size <rows>      Rows of a chunk; default: 100000
  --delimiter <c>          Character between fields, tab, or auto to find out;
                           default: comma, in .tsv files tab
  --quote <c>              Character around fields, or none; default: "
  --escape <c>             Character that makes a quote inside quotes literal;
                           default: the quote
  --null <text>            Unquoted text that means NULL; default: nothing
  --map <M.cell=field>     A header cell that means a field of the model M;
                           repeatable
  --ignore-columns <a,b>   Header cells to leave out; M.a for one model only
  --header <M=a,b>         Columns of files that begin with data; repeatable;
                           without M= where --models names only one
  --transform <file>       JavaScript that exports transform or validate, with
                           a function per model that changes rows or rejects
                           them; a plan runs it with --check
  --allow-special          Let infinity, NaN, now and their like through
  --ignore-unknown         Leave files alone that match no model
  --follow-symlinks        Follow links to files inside the folder
  --max-inflated <limit>   How much a .gz or .zst may become: 200x its size
                           or 10GB; default: 50x (beyond 64 MiB) and 100GB
  --batch-name <name>      Name of the batch; default: the name of the folder
  --on-bad-row <what>      fail (the default): nothing is written; reject: put
                           such rows, and those that refer to them, into files
                           with the reason, and load the others
  --max-rejects <n|n%>     Fail where more rows are rejected: a number, or a
                           share of all rows; default: no limit
  --rejects <dir>          Folder for rejected rows; default: rejects/<batch>,
                           with a number behind it where that is there
  --safe-cells             Put an apostrophe in front of rejected cells that a
                           spreadsheet would run
  --dry-run                Only show the plan
  --yes                    Do not ask before --truncate empties tables
  --verify                 Compare what is there with the files afterwards, as
                           verify does
  --json                   Print one JSON document instead of text
  --quiet                  No progress and no notes: only data and errors
  -h, --help               Show this text

Examples
  npx prisma-gyro import ./export
  npx prisma-gyro import ./export --models Tag,Shop --remap-strategy Tag=none
  npx prisma-gyro import ./export --transform ./hooks.mjs
  npx prisma-gyro import ./export --on-bad-row reject --max-rejects 1%
  npx prisma-gyro import ./export --verify
  zcat orders.gz | npx prisma-gyro import - --models Order
`

/** Runs a command line and gives what came of it. */
async function run(...args: string[]) {
  const io = recordIo()
  const code = await main(args, io)
  return { code, out: io.stdout.text(), err: io.stderr.text() }
}

/** Runs a command that fails with this. */
async function fail(error: unknown, ...args: string[]) {
  const command = defineCommand({
    name: 'break',
    summary: 'Break',
    description: '',
    argument: { name: 'thing', help: '' },
    options: {},
    examples: [],
    run: async () => {
      throw error
    },
  })
  const io = recordIo()
  const code = await main(['break', 'it', ...args], io, [command])
  return { code, out: io.stdout.text(), err: io.stderr.text() }
}

describe('help', () => {
  it.each([
    [['--help'], PROGRAM_HELP],
    [['-h'], PROGRAM_HELP],
    [['plan', '--help'], PLAN_HELP],
    [['import', '--help'], IMPORT_HELP],
    [['import', './export', '--nope', '-h'], IMPORT_HELP],
  ])('of %j goes to standard output', async (args, text) => {
    expect(await run(...args)).toEqual({ code: 0, out: text, err: '' })
  })

  it('goes to standard error when there is no command', async () => {
    expect(await run()).toEqual({ code: 2, out: '', err: PROGRAM_HELP })
  })

  it('fits 80 columns', () => {
    const lines = [PROGRAM_HELP, PLAN_HELP, IMPORT_HELP].join('').split('\n')

    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('is coloured on a terminal', async () => {
    const io = recordIo({ columns: 80 })

    await main(['--help'], io)

    expect(io.stdout.text()).toContain('\u001b[1mUsage\u001b[22m')
  })
})

describe('--version', () => {
  it.each(['--version', '-v'])('%s prints the version', async (option) => {
    const { code, out } = await run(option)

    expect(code).toBe(0)
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a wrong command line', () => {
  it('suggests the command that was meant', async () => {
    expect(await run('improt', './export')).toEqual({
      code: 2,
      out: '',
      err: `\
✖ There is no command "improt" (CLI.UNKNOWN_COMMAND)
  The commands are: export, plan, import, verify, rollback, resume, history, lookup, history prune.
  → Did you mean "import"? See what they do with: prisma-gyro --help
`,
    })
  })

  it('suggests the option of the program that was meant', async () => {
    expect(await run('--verison')).toEqual({
      code: 2,
      out: '',
      err: `\
✖ There is no option --verison (CLI.UNKNOWN_OPTION)
  "prisma-gyro" does not take it.
  → Did you mean "--version"? See all options with: prisma-gyro --help
`,
    })
  })

  it('says where options stand', async () => {
    expect(await run('--json', 'plan', './export')).toMatchObject({
      code: 2,
      out: expect.stringContaining('"message": "--json stands before the command"'),
    })
  })

  it.each([[['import']], [['import', '']]])('says what %j lacks', async (args) => {
    expect(await run(...args)).toEqual({
      code: 2,
      out: '',
      err: `\
✖ <dir> is missing (CLI.MISSING_ARGUMENT)
  The command does not know what to work on.
  → Write: prisma-gyro import <dir> [options]
`,
    })
  })

  it('is one JSON document with --json', async () => {
    const { code, out, err } = await run('plan', '--json', '--nope', './export')

    expect(code).toBe(2)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({
      error: {
        code: 'CLI.UNKNOWN_OPTION',
        message: 'There is no option --nope',
        meta: { option: '--nope' },
      },
    })
  })
})

describe('a failure of a command', () => {
  const INTERRUPTED = new GyroError('IMPORT.INTERRUPTED', 'The import was stopped', {
    why: 'Why.',
    fix: 'Do.',
  })

  it('is said on standard error and in the exit code', async () => {
    expect(await fail(INTERRUPTED)).toEqual({
      code: 3,
      out: '',
      err: '✖ The import was stopped (IMPORT.INTERRUPTED)\n  Why.\n  → Do.\n',
    })
  })

  it('is a document on standard output with --json', async () => {
    const { code, out, err } = await fail(INTERRUPTED, '--json')

    expect({ code, err }).toEqual({ code: 3, err: '' })
    expect(out).toBe(`\
{
  "error": {
    "code": "IMPORT.INTERRUPTED",
    "message": "The import was stopped",
    "why": "Why.",
    "fix": "Do.",
    "meta": {}
  }
}
`)
  })
})

describe('a bug', () => {
  const BUG = new InternalError('keys are lost', { cause: new Error('the map is empty') })

  it('exits with 1, shows the stacks and asks for a report', async () => {
    const { code, out, err } = await fail(BUG)

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^✖ prisma-gyro has a bug\n(?:Internal)?Error: keys are lost\n {4}at .*\nCaused by: Error: the map is empty\n {4}at .*\n→ Please report it with the stack and the command line\.\n$/s,
    )
  })

  it('is a document on standard output with --json, its stack on standard error', async () => {
    const { code, out, err } = await fail(BUG, '--json')

    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'INTERNAL' } })
    expect(err).toContain('keys are lost')
  })

  it('may be anything that can be thrown', async () => {
    const { code, err } = await fail('a text')

    expect(code).toBe(1)
    expect(err).toContain('\na text\n')
  })
})
