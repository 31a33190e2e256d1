import { expect, it } from '@jest/globals'
import { ddlOf } from '../support/ddl.js'
import { DATASOURCE } from '../support/prisma-client.js'
import { importElsewhere, withExportStage } from './export-stage.js'

const SCHEMA = `
model Lone {
  /// @gyro.skip
  id   Int     @id @default(autoincrement())
  note String?
}
`

it('keeps NULL in the only column, which is an empty line', () =>
  withExportStage(
    { schema: SCHEMA, rows: `insert into "Lone" (note) values (null), (''), ('a'), (null)` },
    async (stage) => {
      await stage.export()

      expect(await stage.read('Lone.csv')).toBe('note\n\n""\na\n\n')
      await importElsewhere(stage, await ddlOf(`${DATASOURCE}${SCHEMA}`), async (target) => {
        expect(await target.snapshot(['"Lone"'])).toEqual({
          '"Lone"': ['(1,)', '(2,"")', '(3,a)', '(4,)'],
        })
      })
    },
  ))
