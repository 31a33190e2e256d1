/**
 * The known name nearest to a wrong one, or null when none is near enough to be what was meant.
 * Case differences count less than letters; ties go to the earlier name.
 */
export function suggest(wrong: string, known: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(wrong.length * 0.4))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const name of known) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase())
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** `Did you mean "Order"? ` or nothing: to put in front of the rest of a fix. */
export function didYouMean(wrong: string, known: readonly string[]): string {
  const name = suggest(wrong, known)
  return name === null ? '' : `Did you mean "${name}"? `
}

/** Optimal string alignment distance: insert, delete, replace or swap of two neighbours cost one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let distance = Math.min(at(last, j) + 1, at(current, j - 1) + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, at(beforeLast, j - 2) + 1)
      }
      current.push(distance)
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] as number
}
