/**
 * Text from a file, a name or a server, safe to print on one line: control characters could move the
 * cursor or rewrite what stands above, and marks of writing direction could turn a name around.
 */
export function printable(text: string): string {
  return text
    .replaceAll(/[\t\r\n\v\f\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
}
