// The same suites as for COPY, with rows that go in by INSERT: `withImportStage` reads the variable.
import './cycles.test.js'
import './custom-strategy.test.js'
import './example-shop.test.js'
import './hash.test.js'
import './match.test.js'
import './on-conflict.test.js'
import './pin.test.js'
import './references.test.js'
import './row-values.test.js'
import './tables.test.js'
import './values.test.js'

process.env['PRISMA_GYRO_TEST_LOADER'] = 'insert'
