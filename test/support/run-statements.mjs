// Runs SQL statements one after the other, each in a transaction of its own; prints as JSON an SQLSTATE
// for each that was refused, else null. Started by a test that is to go on only when they are done.
import pg from 'pg'

const [url, statements] = process.argv.slice(2)
const client = new pg.Client({ connectionString: url })
await client.connect()
const codes = []
for (const statement of JSON.parse(statements)) {
  try {
    await client.query(statement)
    codes.push(null)
  } catch (error) {
    codes.push(error.code)
  }
}
await client.end()
process.stdout.write(JSON.stringify(codes))
