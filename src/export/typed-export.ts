import type { Manifest } from '../manifest/manifest.js'
import type { ModelMap, ModelShape } from '../manifest/model-shape.js'
import type { Mask } from '../mask/mask-options.js'
import type { RootKeyPart, RowCondition } from '../slice/root-options.js'
import { exportModel } from './export-model.js'
import { exportModels } from './export-models.js'
import type {
  ExportModelOptions,
  ExportOptions,
  PlanExportOptions,
  SliceOptions,
} from './export-options.js'
import type {
  ExportedFile,
  ExportPlanResult,
  ExportResult,
  PlannedExport,
} from './export-result.js'
import { planExport } from './plan-export.js'

/** The key of a row as Prisma Client has it; by fields where a key has several, or for another unique. */
export type RootKeyOf<Shape extends ModelShape> =
  | ([Shape['key']] extends [never]
      ? never
      : Extract<Shape['row'][Shape['key'] & keyof Shape['row']], RootKeyPart>)
  | { readonly [Field in keyof Shape['row']]?: Extract<Shape['row'][Field], RootKeyPart> }

/** What a slice says of single models, with the names and fields of a schema. */
export interface TypedSlice<Models extends ModelMap<Models>> {
  readonly where?: { readonly [Name in keyof Models]?: RowCondition | readonly RowCondition[] }
  readonly roots?: { readonly [Name in keyof Models]?: readonly RootKeyOf<Models[Name]>[] }
  readonly include?: readonly FollowedName<keyof Models & string>[]
  readonly exclude?: readonly FollowedName<keyof Models & string>[]
  readonly limit?: { readonly [Name in keyof Models]?: number }
  readonly mask?: {
    readonly [Name in keyof Models]?: {
      readonly [Field in keyof Models[Name]['row']]?: Mask
    }
  }
}

/** A model, or one of its references: `Order.customer`. */
type FollowedName<Name extends string> = Name | `${Name}.${string}`

/** Other options stay what they are. */
type Typed<Options, Models extends ModelMap<Models>> = Omit<Options, keyof TypedSlice<Models>> &
  TypedSlice<Models>

/** The plan of an export of the models `Name`. */
export interface TypedExportPlan<Name> extends Omit<ExportPlanResult, 'models'> {
  /** In load order. */
  readonly models: readonly (PlannedExport & { readonly model: Name & string })[]
}

/** The result of an export of the models `Name`. */
export interface TypedExportResult<Name> extends Omit<ExportResult, 'models'> {
  /** In load order. */
  readonly models: readonly (ExportedFile & { readonly model: Name & string })[]
}

/** The functions that export, for one Prisma schema. */
export interface GyroExports<Models extends ModelMap<Models>> {
  /** See `planExport` of the package. Takes the models of the schema and no other name. */
  planExport(options?: Typed<PlanExportOptions, Models>): Promise<TypedExportPlan<keyof Models>>
  /** See `exportModels` of the package. Takes the models of the schema and no other name. */
  exportModels(options: Typed<ExportOptions, Models>): Promise<TypedExportResult<keyof Models>>
  /** See `exportModel` of the package. Takes the models of the schema and no other name. */
  exportModel(
    options: Typed<ExportModelOptions<keyof Models & string>, Models>,
  ): AsyncGenerator<Buffer, void>
}

/** Binds the functions that export to one schema. */
export function createExports<Models extends ModelMap<Models>>(
  manifest: Manifest,
): GyroExports<Models> {
  // The types say less than the general ones: names and fields that the schema has.
  return {
    planExport: (options = {}) =>
      planExport(manifest, options as SliceOptions) as Promise<TypedExportPlan<keyof Models>>,
    exportModels: (options) =>
      exportModels(manifest, options as unknown as ExportOptions) as Promise<
        TypedExportResult<keyof Models>
      >,
    exportModel: (options) => exportModel(manifest, options as unknown as ExportModelOptions),
  }
}
