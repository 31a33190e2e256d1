import type { Mask } from '../mask/mask-options.js'
import type { ProgressListener } from '../progress/progress.js'
import type { RootKey, RowCondition } from '../slice/root-options.js'

/** Which rows of which models go out, and how: options of `planExport` and `exportModels`. */
export interface SliceOptions<ModelName extends string = string> {
  /**
   * `postgresql://` URL of the source, with `?schema=` when it is not `public`.
   * @default `datasource.url` of the Prisma config, else the environment's `DATABASE_URL`
   */
  readonly url?: string
  /**
   * By model: rows that fulfil this condition are in, with all that belongs to them.
   * @default every row of every model, if `roots` says nothing either
   */
  readonly where?: { readonly [Name in ModelName]?: RowCondition | readonly RowCondition[] }
  /** By model: rows with these keys are in, with all that belongs to them. Adds up with `where`. */
  readonly roots?: { readonly [Name in ModelName]?: readonly RootKey[] }
  /** Models (`Order`) and references (`Order.customer`) that alone are followed to children. */
  readonly include?: readonly string[]
  /** Models and references that are not followed to children. */
  readonly exclude?: readonly string[]
  /**
   * How many steps from the roots children are looked for; 0 for none.
   * @default no limit
   */
  readonly depth?: number
  /** By model: at most so many rows that nobody needs; those that others refer to come on top. */
  readonly limit?: { readonly [Name in ModelName]?: number }
  /** `nullable`: references that may be NULL become NULL where the row referred to is not in anyway. */
  readonly prune?: 'nullable'
  /** By model and field: how values are replaced. */
  readonly mask?: { readonly [Name in ModelName]?: { readonly [field: string]: Mask } }
  /**
   * The key of the masks `hash` and `fake`, at least 16 characters: the same value becomes the same under
   * the same key, in each table and each export.
   * @default the environment variable `PRISMA_GYRO_MASK_KEY`, else one at random for each export
   */
  readonly maskKey?: string
  /** Called with every step; must not throw. */
  readonly onProgress?: ProgressListener
  /** Stops it; files that were written are removed. */
  readonly signal?: AbortSignal
}

/** Options of `planExport`; all have defaults. */
export interface PlanExportOptions<ModelName extends string = string>
  extends SliceOptions<ModelName> {
  /** As of `exportModels`: looked at, if it is given. */
  readonly to?: string
  /** As of `exportModels`. */
  readonly gzip?: boolean
  /** As of `exportModels`. */
  readonly overwrite?: boolean
}

/** Options of `exportModels`; all but `to` have defaults. */
export interface ExportOptions<ModelName extends string = string> extends SliceOptions<ModelName> {
  /** Folder that the files go to. Made if it is not there; must be empty, unless `overwrite`. */
  readonly to: string
  /**
   * Whether files are compressed: `Order.csv.gz`.
   * @default false
   */
  readonly gzip?: boolean
  /**
   * Whether the files of an export before may be replaced. Nothing else in the folder is.
   * @default false
   */
  readonly overwrite?: boolean
  /**
   * Files that are written at a time, each over a connection of its own.
   * @default 2
   */
  readonly jobs?: number
}

/** Options of `exportModel`. */
export interface ExportModelOptions<ModelName extends string = string>
  extends SliceOptions<ModelName> {
  readonly model: ModelName
}
