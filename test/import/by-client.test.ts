// The same suites as for COPY, with rows that go through Prisma Client. What it cannot do is marked there
// by `itUnlessClient`, with the reason: values that no value of JavaScript is equal to, and values of an
// enum that its schema lacks. The first import sets the variable that `withImportStage` reads.
import '../support/load-by-client.js'
import './cycles.test.js'
import './example-shop.test.js'
import './references.test.js'
import './row-values.test.js'
import './tables.test.js'
import './values.test.js'
