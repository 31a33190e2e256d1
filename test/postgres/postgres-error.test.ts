import { describe, expect, it } from '@jest/globals'
import {
  connectionLost,
  invalidDatabaseUrl,
  isConnectionLoss,
  isServerError,
  translateConnectError,
  translateFailure,
} from '../../src/postgres/postgres-error.js'

function serverError(code: string, parts: object = {}): Error {
  return Object.assign(new Error('words'), { severity: 'ERROR', code, ...parts })
}

describe('isServerError', () => {
  it.each<[unknown, boolean]>([
    [serverError('42P01'), true],
    [serverError('ECONNRESET'), false],
    [Object.assign(new Error(), { severity: 'ERROR', code: 7 }), false],
    [Object.assign(new Error(), { severity: 'ERROR' }), false],
    [Object.assign(new Error(), { code: '42P01' }), false],
    [{ severity: 'ERROR', code: '42P01' }, false],
    [null, false],
  ])('knows what the server said: %s', (error, isOne) => {
    expect(isServerError(error)).toBe(isOne)
  })
})

describe('isConnectionLoss', () => {
  it.each<[unknown, boolean]>([
    [serverError('57P01'), true],
    [serverError('08006'), true],
    [serverError('25P04'), true],
    [serverError('57014'), false],
    [new Error('read ECONNRESET'), true],
    [new Error('Connection terminated unexpectedly'), true],
    [new AggregateError([new Error('connect ETIMEDOUT 1.2.3.4')]), true],
    [new AggregateError([]), false],
    [new Error('Connection terminated in a file name', { cause: 1 }), true],
    [connectionLost(new Error('read ECONNRESET')), false],
    [new Error('disk full'), false],
    ['ECONNRESET', true],
  ])('knows the end of a connection: %s', (error, isOne) => {
    expect(isConnectionLoss(error)).toBe(isOne)
  })
})

describe('translateConnectError', () => {
  it('tells the first of several addresses', () => {
    const error = new AggregateError([new Error('connect ECONNREFUSED ::1:5432'), new Error()])

    expect(translateConnectError(error, 'postgresql://h/db').message).toBe(
      'postgresql://h/db cannot be reached. The server did not take the connection: connect ECONNREFUSED ::1:5432. Check host and port, and that the server runs and lets this machine in.',
    )
  })

  it('tells the name of an error without words', () => {
    const error = translateConnectError(new TypeError(), 'postgresql://h/db')

    expect(error.details.why).toBe('The server did not take the connection: TypeError.')
  })
})

describe('translateFailure', () => {
  it('tells what the server says', () => {
    const error = serverError('55P03', { message: 'canceling statement due to lock timeout' })

    expect(translateFailure(error)).toMatchObject({
      code: 'POSTGRES.REFUSED',
      message:
        'PostgreSQL refused a statement of the import. The server said: canceling statement due to lock timeout (SQLSTATE 55P03). Wait until the session is done that holds the lock, or raise lock_timeout of the role, then import again: nothing was written.',
      details: { meta: { sqlstate: '55P03' } },
    })
  })

  it('tells to cure what the server says where there is no better word', () => {
    const error = serverError('25006', {
      message: 'cannot execute COPY in a read-only transaction',
    })

    expect(translateFailure(error)).toMatchObject({
      details: { fix: 'Cure what it says, then import again: nothing was written.' },
    })
  })

  it('does not repeat what is said in the context of a row', () => {
    const error = serverError('55000', { message: 'bad cell-4711', where: 'PL/pgSQL function f()' })

    const translated = translateFailure(error) as Error

    expect(translated.message).not.toContain('4711')
    expect(translated.cause).toBeUndefined()
  })

  it('says that a connection is lost', () => {
    expect(translateFailure(new Error('write EPIPE'))).toMatchObject({
      code: 'POSTGRES.CONNECTION_LOST',
    })
  })

  it('leaves other failures as they are', () => {
    const failure = new TypeError('a bug')

    expect(translateFailure(failure)).toBe(failure)
  })
})

describe('invalidDatabaseUrl', () => {
  it('says what a URL looks like', () => {
    expect(invalidDatabaseUrl('mysql:').message).toBe(
      'The database URL is not one of PostgreSQL. It begins with mysql://. COPY needs a direct connection: postgresql://user:password@host:5432/name. Give the direct URL of the server with --url or DATABASE_URL.',
    )
  })
})
