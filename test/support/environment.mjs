// The environment of a test file: that of Node, except that a worker reports nothing twice about coverage.
//
// Jest copies, sends and merges the counters of every module that a test file loads, which is most of src/,
// and that takes a second. What has run stays so: a module is left out of the report of a test file unless
// one of its counters is above zero for the first time in this worker. The report therefore tells what has
// run as before, but not how often.
import { TestEnvironment } from 'jest-environment-node'

export default class LeanCoverageEnvironment extends TestEnvironment {
  handleTestEvent({ name }) {
    if (name === 'teardown') forgetReported(this.global.__coverage__ ?? {})
  }
}

/** Of the modules by path: 1 where a counter has been above zero. Outside of test files, for all of them. */
const reported = new Map()

function forgetReported(coverage) {
  for (const [file, counters] of Object.entries(coverage)) {
    if (!addHits(file, counters)) delete coverage[file]
  }
}

/** Gives whether there was one that this worker has not reported yet. */
function addHits(file, { s, f, b }) {
  const counts = [Object.values(s), Object.values(f), ...Object.values(b)].flat()
  const before = reported.get(file)
  const hits = before ?? new Uint8Array(counts.length)
  reported.set(file, hits)
  let isNew = before === undefined
  for (const [i, count] of counts.entries()) {
    if (count > 0 && hits[i] === 0) {
      hits[i] = 1
      isNew = true
    }
  }
  return isNew
}
