import { expect, it } from '@jest/globals'
import { chooseDeferral } from '../../src/plan/choose-deferral.js'
import type { PreparedModel } from '../../src/plan/prepared-import.js'
import { withTestDatabase } from '../support/test-database.js'
import { buildCatalog } from './plan-builders.js'

const TABLE = { schema: 'public', table: 'a' }

const A = {
  table: TABLE,
  partitions: [],
  foreignKeys: [],
  estimatedRows: 3,
} as unknown as PreparedModel

it.each([
  [
    'not deferrable',
    [
      'PLAN.CANNOT_DEFER: Citus cannot make foreign keys deferrable. up would have to be, and Citus changes no foreign key. Leave --fk-mode deferred out, or rebuild the foreign keys: --fk-mode rebuild.',
    ],
  ],
  ['deferrable', []],
])('knows that Citus cannot change a foreign key that is %s', (deferrability, wanted) =>
  withTestDatabase(
    `create table a (id int primary key, b int constraint up references a ${deferrability})`,
    async (client) => {
      const decided = { groups: [], models: [A] }
      const catalog = { ...buildCatalog(), isCitus: true }

      const { problems } = await chooseDeferral(client, { decided, catalog, emptied: [] })

      expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual(wanted)
    },
  ),
)
