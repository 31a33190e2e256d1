/** As much of the id of a batch as no other has, as good as certainly: commands take that for it. */
export function shortBatchId(id: string): string {
  return id.slice(0, 8)
}
