import { readSchemaFiles } from '../project/read-schema-files.js'
import { runNodeScript } from '../project/run-node-script.js'

/**
 * The SQL that makes the tables of a Prisma schema in an empty database, as `prisma migrate` would.
 * Null when the project does not have `@prisma/schema-engine-wasm`.
 *
 * @param schemaPath A `.prisma` file or a folder of them.
 * @param projectFolder A folder of the project whose engine is used.
 * @throws {Error} What is wrong with the schema.
 */
export function renderSchemaSql(schemaPath: string, projectFolder: string): Promise<string | null> {
  const input = { files: readSchemaFiles(schemaPath), projectFolder }
  return runNodeScript<string | null>(RENDER_SQL, input, { cwd: projectFolder })
}

// The engine asks its database one thing only, the version; no database is needed to answer that.
// Numbers are the engine's column types: 5 boolean, 7 text, 0 int32. The engine wants answers as
// `{ ok, value }`, and a registry to keep what they threw.
const RENDER_SQL = `async ({ files, projectFolder }) => {
  const { createRequire } = require('node:module')
  const { readFileSync } = require('node:fs')
  const { join } = require('node:path')
  const { pathToFileURL } = require('node:url')

  let engineFile
  try {
    const fromProject = createRequire(join(projectFolder, 'noop.js'))
    engineFile = fromProject.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  } catch {
    return null
  }
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message(message) { this.message = message } }
  const runtime = await import(pathToFileURL(engineFile))
  const wasm = new WebAssembly.Module(readFileSync(engineFile.replace(/\\.js$/, '.wasm')))
  const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': runtime })
  runtime.__wbg_set_wasm(exports)
  exports.__wbindgen_start()

  const ok = (value) => ({ ok: true, value })
  const adapter = { provider: 'postgres', adapterName: 'offline', errorRegistry: { consumeError() {} } }
  const connection = {
    ...adapter,
    getConnectionInfo: () => ok({ schemaName: 'public', supportsRelationJoins: true }),
    queryRaw: async () => ok({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [5, 7, 0],
      rows: [[true, 'PostgreSQL 18.0', 180000]],
    }),
    executeScript: async () => ok(),
    dispose: async () => ok(),
  }
  const connect = async () => ok(connection)
  const factory = { ...adapter, connect, connectToShadowDb: connect }
  const engine = await runtime.SchemaEngine.new({ datamodels: undefined }, () => {}, factory)
  const difference = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return difference.stdout
}`
