// The types of the shop's columns, as the catalog has them: see shop.sql.
import { numericOf, typeOf } from './value-rules.mjs'

const TIMESTAMP = typeOf('timestamp', { modifier: 3 })
const PRICE = numericOf(10, 2)
const STATUS = typeOf('OrderStatus', {
  labels: ['PENDING', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
})

/** By model and column: those whose values an import checks. */
export const TYPES = {
  Tenant: { createdAt: TIMESTAMP },
  Shop: { isOpen: typeOf('bool') },
  Customer: { createdAt: TIMESTAMP },
  Product: { price: PRICE },
  Order: { status: STATUS, total: PRICE, createdAt: TIMESTAMP },
  Item: { price: PRICE },
}
