import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { renderSchemaSql } from '../../src/embedded/render-schema-sql.js'

/**
 * The SQL that `prisma migrate` would make of a schema for an empty database.
 *
 * @param schema Text of a schema, or the path of a `.prisma` file or of a folder of them.
 */
export async function ddlOf(schema: string): Promise<string> {
  if (existsSync(schema)) {
    return renderSql(schema)
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-schema-'))
  try {
    const file = path.join(folder, 'schema.prisma')
    await writeFile(file, schema)
    return await renderSql(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function renderSql(schemaPath: string): Promise<string> {
  const sql = await renderSchemaSql(schemaPath, process.cwd())
  if (sql === null) {
    throw new Error('@prisma/schema-engine-wasm is not installed')
  }
  return sql
}
