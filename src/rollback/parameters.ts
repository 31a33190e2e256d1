/** The values of a statement, in the order in which its text comes to need them. */
export class Parameters {
  readonly values: unknown[] = []

  /** What stands for a value in the text; the same for the same value. */
  take(value: unknown): string {
    const place = this.values.indexOf(value)
    return `$${place < 0 ? this.values.push(value) : place + 1}`
  }
}
