// Figures over rounds, and over the models of a workload.

/** The middle value; null when one is null. */
export function median(values) {
  if (values.includes(null)) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The sum of what is told by model. */
export function total(byModel) {
  return Object.values(byModel).reduce((sum, value) => sum + value, 0)
}
