import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { planImport } from '../../src/import/plan-import.js'
import { EXPORT_RECORD } from '../../src/source/export-record.js'
import { ddlOf } from '../support/ddl.js'
import { withTestDatabase } from '../support/test-database.js'
import { type ExportStage, importElsewhere, withExportStage } from './export-stage.js'

const SHOP = path.resolve('prisma/schema.prisma')

function withShop(use: (stage: ExportStage) => Promise<void>): Promise<void> {
  return withExportStage({ schema: SHOP }, async (stage) => {
    const { manifest, url } = stage
    const from = path.resolve('prisma/export')
    await importModels(manifest, { from, url, history: false })
    return use(stage)
  })
}

it('gives back a whole database, cycles and all', () =>
  withShop(async (stage) => {
    const before = await stage.snapshot()

    const { models } = await stage.export({ gzip: true })

    expect(models.map(({ model }) => model)).toHaveLength(stage.manifest.models.length)
    await importElsewhere(stage, await ddlOf(SHOP), async (target) => {
      expect(await target.snapshot(Object.keys(before))).toEqual(before)
      expect(target.result.warnings).toEqual([])
      expect(target.result.models.reduce((sum, { loaded }) => sum + loaded, 0)).toBe(
        models.reduce((sum, { rows }) => sum + rows, 0),
      )
    })
  }))

it('is told what was changed in its folder, and what is missing', () =>
  withShop(async (stage) => {
    const { manifest, to } = stage
    await stage.export()
    const [tag, tenant, other] = ['Tag.csv', 'Tenant.csv', 'Review.csv'].map((name) =>
      path.join(to, name),
    ) as [string, string, string]
    // Of the same size: only who reads it can tell.
    const text = await readFile(tenant, 'utf8')
    await writeFile(tenant, text.replace('Löwe', 'Möwe'))
    await writeFile(tag, `${await readFile(tag, 'utf8')}99,1,more\n`)
    await rm(other)

    await withTestDatabase(await ddlOf(SHOP), async (_, { url }) => {
      const all = await planImport(manifest, { from: to, url })
      expect(all.problems).toMatchObject([
        { code: 'SOURCE.EXPORT_INCOMPLETE', meta: { model: 'Review', file: 'Review.csv' } },
      ])
      expect(all.warnings).toContain(`${tag} has changed since its export.`)
      expect(all.warnings.filter((warning) => warning.includes(EXPORT_RECORD))).toEqual([])

      const result = await importModels(manifest, { from: to, url, models: ['Tenant'] })
      expect(result.warnings).toContain(`${tenant} has changed since its export.`)
    })
  }))

it('is not read as an export of another version, nor by the file of another program', () =>
  withExportStage({ schema: 'model Tag {\n  id Int @id\n}' }, async (stage) => {
    const { manifest, to, url, export: run } = stage
    await run()
    const file = path.join(to, EXPORT_RECORD)
    const record = await readFile(file, 'utf8')
    const plan = () => planImport(manifest, { from: to, url })

    for (const text of [
      record.replace('"version": 1', '"version": 2'),
      record.replace('"Tag.csv"', '"../Tag.csv"'),
      record.replace(/"sha256": "\w{4}/, '"sha256": "'),
    ]) {
      await writeFile(file, text)
      await expect(plan()).rejects.toMatchObject({ code: 'SOURCE.EXPORT_RECORD' })
    }
    for (const text of ['{"models": []}', '[]', '{']) {
      await writeFile(file, text)
      const { warnings } = await plan()
      expect(warnings).toContain('export.json is no .csv file: it is left alone.')
    }
  }))

it('gives names that differ where case does not, and that no system refuses', () =>
  withExportStage(
    {
      schema: ['Note', 'note', 'NOTE', 'Aux']
        .map((name) => `model ${name} {\n  id Int @id\n}\n`)
        .join(''),
      rows: `insert into "Note" values (1); insert into note values (2); insert into "NOTE" values (3)`,
    },
    async (stage) => {
      const { models } = await stage.export()

      const files = models.map(({ file }) => file)
      expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(4)
      expect(files).not.toContain('Aux.csv')
      const before = await stage.snapshot()
      const names = ['"Note"', 'note', '"NOTE"', '"Aux"']
      const ddl = names.map((name) => `create table ${name} (id int primary key)`).join(';')
      await importElsewhere(stage, ddl, async (target) => {
        const after = await target.snapshot(names)
        expect(Object.values(after as object)).toEqual(names.map((name) => before[name]))
      })
    },
  ))
