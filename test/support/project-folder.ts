import { chmod, symlink } from 'node:fs/promises'
import path from 'node:path'
import { withCsvFolder } from './csv-folder.js'

/**
 * A project of a user with these files (`{ 'prisma/schema.prisma': '…' }`) and the packages of this
 * checkout; removed afterwards whatever happens.
 */
export function withProjectFolder<Result>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  return withCsvFolder(files, async (folder) => {
    // Temporary folders are private; an embedded PostgreSQL that root starts must be let in.
    await chmod(folder, 0o755)
    await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'))
    return use(folder)
  })
}
