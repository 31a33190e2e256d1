/** What an import says of the header cells of its files. */
export interface HeaderOptions {
  /** By model: header cell → field. */
  readonly map: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Header cells that are left out, as they are or as `Model.header`. */
  readonly ignored: readonly string[]
  /** By model: what the header of its files would say, which begin with data. */
  readonly headers: ReadonlyMap<string, readonly string[]>
}

/** `HeaderOptions` for the files of one model. */
export interface ModelHeaderOptions {
  readonly map: ReadonlyMap<string, string>
  /** The entry of `HeaderOptions.ignored` that leaves a header cell out; null when none does. */
  readonly ignoredBy: (header: string) => string | null
  /** Null when the first line is the header. */
  readonly headers: readonly string[] | null
}

const NO_MAP: ReadonlyMap<string, string> = new Map()

export function headerOptionsOf(
  model: string,
  { map, ignored, headers }: HeaderOptions,
): ModelHeaderOptions {
  return {
    map: map.get(model) ?? NO_MAP,
    ignoredBy: (header) =>
      ignored.find((entry) => entry === header || entry === `${model}.${header}`) ?? null,
    headers: headers.get(model) ?? null,
  }
}
