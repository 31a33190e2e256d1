// The order of the test files: those that take longest first, so that no worker is left with one of them
// when the others are done. Jest itself knows durations only where it ran before, which CI did not.
import { readFileSync } from 'node:fs'
import path from 'node:path'

export default class LongestFirst {
  sort(tests) {
    const weighed = tests.map((test) => ({ test, weight: weightOf(test.path) }))
    return weighed.sort((a, b) => b.weight - a.weight).map(({ test }) => test)
  }

  allFailedTests(tests) {
    return tests
  }

  cacheResults() {}
}

/** Characters of a file, and of the suites that it runs again. Programs that it starts take longer. */
function weightOf(file) {
  const text = readFileSync(file, 'utf8')
  const suites = [...text.matchAll(/^import '(\..*\.test)\.js'/gm)].map(([, suite]) =>
    weightOf(path.resolve(path.dirname(file), `${suite}.ts`)),
  )
  const own = text.length * (file.includes(`${path.sep}end-to-end${path.sep}`) ? 10 : 1)
  return suites.reduce((sum, weight) => sum + weight, own)
}
