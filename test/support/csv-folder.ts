import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * A folder with these files (`{ 'Order.csv': 'id,total\n1,2\n' }`), removed afterwards whatever
 * happens. A name may hold slashes.
 */
export async function withCsvFolder<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-csv-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    // Where tests put rejected rows, so that they are no files of the folder.
    await rm(`${folder}-rejects`, { recursive: true, force: true })
  }
}
