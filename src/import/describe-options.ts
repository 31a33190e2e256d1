import type { ImportOptions } from './import-options.js'

/**
 * Options as they were given, for the history: ready for JSON, without the URL and what is no data. A
 * strategy of the user is told by its name, hooks by their models.
 */
export function describeOptions({
  url: _url,
  client,
  onProgress: _onProgress,
  signal: _signal,
  from,
  rows,
  strategy,
  transform,
  validate,
  ...options
}: ImportOptions): Readonly<Record<string, unknown>> {
  const described = {
    ...options,
    ...(client === undefined ? {} : { client: true }),
    ...(typeof from === 'string' ? { from } : {}),
    ...(rows === undefined ? {} : { rows: Object.keys(rows) }),
    ...(transform === undefined ? {} : { transform: Object.keys(transform) }),
    ...(validate === undefined ? {} : { validate: Object.keys(validate) }),
    ...(strategy === undefined ? {} : { strategy: describeStrategy(strategy) }),
  }
  return JSON.parse(JSON.stringify(described, toStorable))
}

function describeStrategy(strategy: NonNullable<ImportOptions['strategy']>): unknown {
  if (typeof strategy === 'string') return strategy
  const named = Object.entries(strategy).map(([model, own]) => [
    model,
    typeof own === 'object' ? { custom: own.name } : own,
  ])
  return Object.fromEntries(named)
}

/** JSON has no numbers beyond 2^53, and PostgreSQL neither NUL nor halves of characters. */
function toStorable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? value.replace(/[\0\p{Surrogate}]/gu, '\uFFFD') : value
}
