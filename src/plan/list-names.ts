/** A sentence about names: `"a", "b"`; none where there are none. */
export function listNames(
  names: readonly string[],
  sentence: (list: string) => string,
): readonly string[] {
  return names.length === 0 ? [] : [sentence(names.map((name) => `"${name}"`).join(', '))]
}
