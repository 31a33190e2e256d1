export default function tearDown() {
  globalThis.stopTestPostgres()
}
