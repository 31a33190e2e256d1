import pg from 'pg'

/** Opens a connection, hands it to `use` and ends it. */
export async function withClient(url, use) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
