import { describe, expect, it } from '@jest/globals'
import { checkServer } from '../../src/plan/check-server.js'
import type { Server } from '../../src/postgres/server.js'
import { SERVER } from './plan-builders.js'

describe('checkServer', () => {
  it.each<[string, Partial<Server>, readonly string[]]>([
    ['nothing against a server as it should be', {}, []],
    [
      'a standby for a problem',
      { readOnly: 'standby' },
      [
        'PLAN.READ_ONLY: The database "shop" cannot be written to. The server is a standby: it copies another one and takes no rows of its own. Give the URL of the primary server.',
      ],
    ],
    [
      'read-only transactions for a problem',
      { readOnly: 'setting' },
      [
        'PLAN.READ_ONLY: The database "shop" cannot be written to. Transactions are read-only by default for the server, the database or the role. Import as another role, or run: alter role "joe" set default_transaction_read_only = off;',
      ],
    ],
    [
      'a YugabyteDB without transactions for a problem',
      { flavour: 'YugabyteDB', isNonAtomic: true },
      [
        'PLAN.NOT_ATOMIC: "shop" would not import all or nothing. yb_disable_transactional_writes is on: YugabyteDB keeps every row at once, and those of an import that fails could not be undone. Run: alter role "joe" set yb_disable_transactional_writes = off;',
      ],
    ],
  ])('has %s', (_, server, problems) => {
    const found = checkServer({ ...SERVER, ...server })

    expect(found.map(({ code, message }) => `${code}: ${message}`)).toEqual(problems)
  })
})
