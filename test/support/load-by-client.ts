// Comes before the suites of by-client.test.ts: which tests there are hangs on it, too.
import { jest } from '@jest/globals'

process.env['PRISMA_GYRO_TEST_LOADER'] = 'client'

// A Client is generated the first time that its schema is met.
jest.setTimeout(240_000)
