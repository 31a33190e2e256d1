// What a contestant left must be what the files say: a fast wrong answer is none.

import { KEYS_BEFORE, MODELS } from './shop.mjs'
import { withClient } from './with-client.mjs'

/** What a contestant that masks puts behind the e-mail of every customer. */
export const MASK = '.invalid'

/**
 * Fingerprint of every relation without a key in it: the same however keys were chosen, and for who
 * masks as well, whose mask is taken away.
 */
const relations = ({ masks }) => `\
select count(*) as rows, sum(hashtext(concat_ws('|', i.quantity, i.price, p.sku, p.shop, o.total,
  o."createdAt", ${masks ? `regexp_replace(c.email, '\\${MASK}$', '')` : 'c.email'}, s.name, t.name, ct.name, cs.name))::bigint) as hash
from "Item" i
join (select p.*, s.name as shop from "Product" p join "Shop" s on s.id = p."shopId") p
  on p.id = i."productId"
join "Order" o on o.id = i."orderId"
join "Shop" s on s.id = o."shopId"
join "Tenant" t on t.id = s."tenantId"
join "Customer" c on c.id = o."customerId"
join "Tenant" ct on ct.id = c."tenantId"
join "Shop" cs on cs.id = c."shopId"`

/** Fingerprint by folder: the first contestant's, which all others must have too. */
const fingerprints = new Map()

/**
 * Compares row counts, and the relations of those who loaded all files.
 *
 * @param wanted `expected`: rows per model; `remaps`: whether every key must be a new one;
 *   `masks`: whether every e-mail must be masked.
 * @throws {Error} naming the contestant, when a table does not hold what it should.
 */
export async function checkTables(url, { name, data, expected, remaps, masks }) {
  await withClient(url, async (client) => {
    for (const model of MODELS) {
      const { rows } = await client.query(
        `select count(*)::int as count, min(id) as low from "${model}"`,
      )
      const [{ count, low }] = rows
      if (count !== expected[model]) {
        throw new Error(`${name} left ${count} rows in ${model}; ${expected[model]} were wanted.`)
      }
      if (remaps && low !== null && low <= KEYS_BEFORE)
        throw new Error(`${name} kept keys of ${model}.`)
    }
    if (expected.Item === 0) return
    if (masks) {
      const { rows: kept } = await client.query(
        `select from "Customer" where email not like '%${MASK}' limit 1`,
      )
      if (kept.length > 0) throw new Error(`${name} left an e-mail as it was.`)
    }
    const { rows } = await client.query(relations({ masks }))
    const fingerprint = JSON.stringify(rows)
    const first = fingerprints.get(data.folder) ?? fingerprint
    fingerprints.set(data.folder, first)
    if (fingerprint !== first) {
      throw new Error(
        `${name} left other relations than those before: ${fingerprint}, not ${first}.`,
      )
    }
  })
}
