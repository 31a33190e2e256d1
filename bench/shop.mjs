// The workload `shop`: what a shop platform exports. The same scale gives the same bytes, everywhere.
import path from 'node:path'
import { makeCsvFolder } from './csv-folder.mjs'
import { randomNumbers } from './random-numbers.mjs'

/** The models in load order: a file's rows refer only to rows of files before it. */
export const MODELS = ['Tenant', 'Shop', 'Customer', 'Product', 'Order', 'Item']

/** The header of each file. */
export const HEADERS = {
  Tenant: ['id', 'name', 'createdAt'],
  Shop: ['id', 'tenantId', 'name', 'currency', 'isOpen'],
  Customer: ['id', 'tenantId', 'shopId', 'email', 'name', 'phone', 'createdAt'],
  Product: ['id', 'shopId', 'sku', 'title', 'price'],
  Order: ['id', 'shopId', 'customerId', 'status', 'total', 'note', 'createdAt'],
  Item: ['id', 'orderId', 'productId', 'quantity', 'price'],
}

/** Which model each reference column refers to: the eight foreign keys. */
export const REFERENCES = {
  Tenant: {},
  Shop: { tenantId: 'Tenant' },
  Customer: { tenantId: 'Tenant', shopId: 'Shop' },
  Product: { shopId: 'Shop' },
  Order: { shopId: 'Shop', customerId: 'Customer' },
  Item: { orderId: 'Order', productId: 'Product' },
}

/** The tables' sequences stand here, far from the keys of the files: every key really changes. */
export const KEYS_BEFORE = 10_000_000

/**
 * Makes the CSV folder of a scale, or finds it complete from an earlier run.
 *
 * @param scale 1 is 3 251 010 rows; the row counts grow in proportion.
 * @returns `{ folder, rows, bytes }`, rows and bytes per model.
 */
export function makeShop(scale, data = path.join(import.meta.dirname, 'data')) {
  return makeCsvFolder(path.join(data, String(scale)), import.meta.filename, {
    headers: HEADERS,
    rows: countRows(scale),
    linesOf: LINES,
  })
}

function countRows(scale) {
  // Even, because two orders share four items.
  const count = (full) => Math.max(10, 2 * Math.round((full * scale) / 2))
  return {
    Tenant: 10,
    Shop: count(1_000),
    Customer: count(200_000),
    Product: count(50_000),
    Order: count(1_000_000),
    Item: 2 * count(1_000_000),
  }
}

/** Keys are 1, 2, 3 … in every file, so each number of a model is a key that exists. */
const LINES = {
  *Tenant(rows) {
    for (let id = 1; id <= rows.Tenant; id++) {
      yield `${id},Tenant ${id},${timestamp(EPOCH + id * DAY)}`
    }
  },

  *Shop(rows) {
    const random = randomNumbers(1)
    for (let id = 1; id <= rows.Shop; id++) {
      const name = `${pick(random, CITIES)} ${pick(random, THINGS)} & Co`
      yield `${id},${tenantOf(id, rows)},${name},${pick(random, CURRENCIES)},${random(20) > 0}`
    }
  },

  *Customer(rows) {
    const random = randomNumbers(2)
    for (let id = 1; id <= rows.Customer; id++) {
      const first = pick(random, FIRST_NAMES)
      const last = pick(random, LAST_NAMES)
      const shop = shopOf(id, rows)
      // A third has no phone: NULL, the unquoted empty field.
      const phone = random(3) > 0 ? `+49${1_000_000_000 + random(8_999_999_999)}` : ''
      const created = timestamp(EPOCH + YEAR + random(YEAR))
      const email = `${ascii(first)}.${ascii(last)}${id}@example.com`
      yield `${id},${tenantOf(shop, rows)},${shop},${email},${first} ${last},${phone},${created}`
    }
  },

  *Product(rows) {
    const random = randomNumbers(3)
    for (let id = 1; id <= rows.Product; id++) {
      const thing = pick(random, THINGS)
      // Most people's commas and inches are in titles.
      const title =
        random(4) > 0
          ? `${pick(random, COLOURS)} ${thing}`
          : `"${thing}, ${pick(random, COLOURS)}, ${2 + random(20)}"""`
      yield `${id},${shopOf(id, rows)},SKU-${100_000 + id},${title},${price(random)}`
    }
  },

  *Order(rows) {
    const random = randomNumbers(4)
    const pace = Math.floor(YEAR / rows.Order)
    for (let id = 1; id <= rows.Order; id++) {
      const customer = 1 + random(rows.Customer)
      const status = pick(random, STATUSES)
      const note = random(20) > 0 ? '' : pick(random, NOTES)
      const created = timestamp(EPOCH + 2 * YEAR + id * pace)
      yield `${id},${shopOf(customer, rows)},${customer},${status},${price(random)},${note},${created}`
    }
  },

  *Item(rows) {
    const random = randomNumbers(5)
    let id = 1
    for (let order = 1; order <= rows.Order; order += 2) {
      // One to three items an order, four for two of them.
      const first = 1 + random(3)
      for (let item = 0; item < 4; item++) {
        const product = 1 + random(rows.Product)
        yield `${id++},${order + (item < first ? 0 : 1)},${product},${1 + random(5)},${price(random)}`
      }
    }
  },
}

const tenantOf = (shop, rows) => 1 + ((shop - 1) % rows.Tenant)
const shopOf = (id, rows) => 1 + ((id * 7_919) % rows.Shop)
const pick = (random, values) => values[random(values.length)]
const price = (random) => `${1 + random(199)}.${String(random(100)).padStart(2, '0')}`
const ascii = (name) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()

const DAY = 86_400_000
const YEAR = 365 * DAY
const EPOCH = Date.UTC(2022, 0, 1)

/** As PostgreSQL writes a timestamp, in UTC. */
const timestamp = (time) => new Date(time).toISOString().replace('T', ' ').slice(0, 23)

const CURRENCIES = ['EUR', 'USD', 'GBP', 'SEK']
const STATUSES = ['PENDING', 'PAID', 'SHIPPED', 'DELIVERED', 'DELIVERED', 'CANCELLED']
const COLOURS = ['Black', 'White', 'Crimson', 'Sand', 'Navy', 'Olive', 'Natural']
const THINGS = ['Mug', 'Lamp', 'Chair', 'Notebook', 'Backpack', 'Kettle', 'Poster', 'Blanket']
const CITIES = ['Berlin', 'Malmö', 'Porto', 'Kraków', 'Lyon', 'Leeds', 'Graz', 'Oslo']
const FIRST_NAMES = ['Ada', 'Zoë', 'Linus', 'Grace', 'José', 'Mei', 'Omar', 'Ines', 'Björn', 'Ruth']
const LAST_NAMES = ['Nowak', 'Müller', 'Silva', 'Okafor', 'Larsen', 'Dubois', 'Rossi', 'Tanaka']
const NOTES = ['Gift', '"Leave at the door, ring twice"', '"Call first:\nthe bell is broken"', '""']
