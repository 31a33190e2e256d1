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
  return candidates.map((own) => {
    const others = candidates.filter((names) => names !== own)
    const free = own.filter(
      (name, rank) => !others.some((names) => names.slice(0, rank + 1).includes(name)),
    )
    return [...new Set(free)]
  })
}
