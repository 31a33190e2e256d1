export default function tearDown() {
  return globalThis.testServer.stop()
}
