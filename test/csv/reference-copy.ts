/** A value in the TEXT format of COPY, as the manual of PostgreSQL tells it. */
export function escapeForCopy(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
}
