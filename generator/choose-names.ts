/**
 * Which of its possible names each thing may be called by, in order of preference, so that no name
 * means two things. A name belongs to the thing that prefers it most; when two prefer it equally,
 * to neither.
 *
 * @param candidates Names of each thing, the most preferred first; the first ones are all different.
 * @example
 * chooseNames([['User', 'people'], ['Person', 'people'], ['people', 'p']])
 * // [['User'], ['Person'], ['people', 'p']]
 */
export function chooseNames(
  candidates: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const ranks = new Map<string, number[]>()
  for (const own of candidates) {
    for (const name of new Set(own)) {
      ranks.set(name, [...(ranks.get(name) ?? []), own.indexOf(name)])
    }
  }
  return candidates.map((own) =>
    [...new Set(own)].filter((name) => {
      const claims = ranks.get(name) as readonly number[]
      return claims.filter((rank) => rank <= own.indexOf(name)).length === 1
    }),
  )
}
