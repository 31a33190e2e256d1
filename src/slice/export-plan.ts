import type { ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { qualify, type TableName } from '../postgres/identifier.js'

/** A column as it goes out. */
export interface ExportColumn {
  /** What the manifest says of it. */
  readonly column: ManifestColumn
  /** What the database says of it. */
  readonly live: CatalogColumn
  /** The cell of the header: the one that an import takes for this column and no other. */
  readonly header: string
}

/** By what rows of a model refer to others, in the names of the database. */
export interface ExportReference {
  /** The relation field, or the name of the constraint where only the database knows it. */
  readonly name: string
  readonly columns: readonly string[]
  /** The model referred to; may be the model itself. */
  readonly target: string
  readonly targetColumns: readonly string[]
  /**
   * Columns that become NULL where the row is to refer to nothing: those of the reference that may be
   * NULL and that neither the key nor another reference needs. Empty where that is not allowed, and where
   * one that stays would name a row that nothing fetches.
   */
  readonly nullable: readonly string[]
  /** Whether PostgreSQL has made sure that what is referred to is there. */
  readonly hasForeignKey: boolean
}

/** What an `ExportPlan` is made of. */
export interface ExportPlanParts {
  readonly model: ManifestModel
  readonly table: TableName
  /** Whether its rows have places of their own, which tell them: not those of views and foreign tables. */
  readonly hasPlaces: boolean
  /** Whether tables that inherit from it are those of other models, which have their rows. */
  readonly isDivided: boolean
  readonly columns: readonly ExportColumn[]
  /** To models that are exported as well, those of the database that the schema does not know included. */
  readonly references: readonly ExportReference[]
  /** Database names of the columns that tell a row: its key, else its first unique. */
  readonly identity: readonly string[]
  /** By the statistics; -1 when the table was never analysed. */
  readonly estimatedRows: number
}

/**
 * How the rows of one model are read, and which plans it depends on. Data only: building one touches
 * nothing, and `DataSlicer` runs it.
 */
export class ExportPlan implements ExportPlanParts {
  readonly model: ManifestModel
  readonly table: TableName
  readonly hasPlaces: boolean
  readonly isDivided: boolean
  readonly columns: readonly ExportColumn[]
  readonly references: readonly ExportReference[]
  readonly identity: readonly string[]
  readonly estimatedRows: number
  readonly #planOf: (model: string) => ExportPlan
  #direct: readonly ExportPlan[] | null = null
  #all: readonly ExportPlan[] | null = null

  /** @param planOf The plan of each model that `parts.references` names. Asked when it is needed. */
  constructor(parts: ExportPlanParts, planOf: (model: string) => ExportPlan) {
    this.model = parts.model
    this.table = parts.table
    this.hasPlaces = parts.hasPlaces
    this.isDivided = parts.isDivided
    this.columns = parts.columns
    this.references = parts.references
    this.identity = parts.identity
    this.estimatedRows = parts.estimatedRows
    this.#planOf = planOf
  }

  /** The Prisma name of its model. */
  get name(): string {
    return this.model.name
  }

  /** What its rows are read from, to stand behind FROM. */
  get source(): string {
    return `${this.isDivided ? 'only ' : ''}${qualify(this.table)}`
  }

  /** Whether rows refer to rows of the same table. */
  get hasSelfReference(): boolean {
    return this.references.some(({ target }) => target === this.name)
  }

  /** Plans of the models that its rows refer to, itself excepted, in byte order of their names. */
  getDependencies(): readonly ExportPlan[] {
    this.#direct ??= sortByName(
      new Set(this.references.map(({ target }) => this.#planOf(target))),
    ).filter((plan) => plan !== this)
    return this.#direct
  }

  /**
   * Plans of all models that its rows lead to, however far, in byte order of their names. Itself
   * excepted, also where a circle leads back to it.
   */
  getAllDependencies(): readonly ExportPlan[] {
    if (this.#all === null) {
      // A set grows while it is walked.
      const reached = new Set<ExportPlan>([this])
      for (const plan of reached) {
        for (const next of plan.getDependencies()) reached.add(next)
      }
      reached.delete(this)
      this.#all = sortByName(reached)
    }
    return this.#all
  }
}

function sortByName(plans: Iterable<ExportPlan>): readonly ExportPlan[] {
  return [...plans].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
