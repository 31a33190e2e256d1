/**
 * Which of its possible names each thing may be called by, in order of preference, so that no name
 * means two things. A name belongs to the thing that prefers it most; when two prefer it equally,
 * to neither.
 *
 * @param candidates Names of each thing by rank, the most preferred first.
 * @example
 * chooseNames([[['User'], ['people']], [['Person'], ['people']], [['people'], ['p']]])
 * // [['User'], ['Person'], ['people', 'p']]
 */
export function chooseNames(
  candidates: readonly (readonly (readonly string[])[])[],
): readonly (readonly string[])[] {
  const ranked = candidates.map(rankNames)
  const claims = new Map<string, number[]>()
  for (const [name, rank] of ranked.flatMap((names) => [...names])) {
    const ranks = claims.get(name) ?? []
    claims.set(name, ranks)
    ranks.push(rank)
  }
  return ranked.map((names) =>
    [...names]
      .filter(([name, own]) => claims.get(name)?.filter((rank) => rank <= own).length === 1)
      .map(([name]) => name),
  )
}

/** Each name once, with the best of its ranks. */
function rankNames(ranks: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  for (const [rank, own] of ranks.entries()) {
    for (const name of own.filter((each) => !names.has(each))) {
      names.set(name, rank)
    }
  }
  return names
}
