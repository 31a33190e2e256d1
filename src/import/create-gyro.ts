import { createExports, type GyroExports } from '../export/typed-export.js'
import type { ImportDetails } from '../history/read-imports.js'
import type { TransformHook, ValidateHook } from '../hooks/row-hooks.js'
import type { ModelMap, ModelShape } from '../manifest/model-shape.js'
import { parseManifest } from '../manifest/parse-manifest.js'
import type { ConflictAction } from '../plan/conflict.js'
import type { ImportPlan, ModelPlan } from '../plan/import-plan.js'
import type { ModelRollback, RollbackPlan, RollbackResult } from '../rollback/rollback-plan.js'
import type { RowsInput } from '../rows/encoded-rows.js'
import type { DecimalInput } from '../rows/value-encoder.js'
import type {
  VerifiedModel,
  VerifiedReference,
  VerifyResult,
} from '../verification/verification-result.js'
import type {
  DetailsOptions,
  GivenKey,
  HistoryOptions,
  HistoryTarget,
  KeyMapOptions,
  PruneOptions,
} from './history-options.js'
import { type ImportHistory, importDetails, importHistory } from './import-history.js'
import { importModels } from './import-models.js'
import type { ImportOptions } from './import-options.js'
import type { ImportResult, ModelResult } from './import-result.js'
import { type KeyValue, type MappedKey, readKeyMap, sourceKeys, targetKey } from './look-up-key.js'
import { planImport } from './plan-import.js'
import type { PlanOptions } from './plan-options.js'
import { planRollback } from './plan-rollback.js'
import { type PruneResult, pruneHistory } from './prune-history.js'
import { resumeImport } from './resume-import.js'
import type { ResumeOptions } from './resume-options.js'
import { rollbackImport } from './rollback-import.js'
import type { RollbackOptions, RollbackPlanOptions } from './rollback-options.js'
import { verifyImport } from './verify-import.js'
import type { VerifyOptions } from './verify-options.js'

/**
 * A row as an import takes it: a field that may be absent need not be there, and a decimal number may be
 * an object of decimal.js.
 */
export type InputRow<Shape extends ModelShape> = {
  readonly [Field in Exclude<keyof Shape['row'], Shape['optional']>]: InputValue<Shape, Field>
} & {
  readonly [Field in Extract<keyof Shape['row'], Shape['optional']>]?:
    | InputValue<Shape, Field>
    | undefined
}

type InputValue<Shape extends ModelShape, Field extends keyof Shape['row']> =
  Field extends DecimalsOf<Shape> ? AsDecimal<Shape['row'][Field]> : Shape['row'][Field]

/** Of a shape that names none, indexing would give every key there is. */
type DecimalsOf<Shape extends ModelShape> = Shape extends { readonly decimal: infer Names }
  ? Names
  : never

/** Of a single number, of a list of them, and of NULL, which stays. */
type AsDecimal<Value> = Value extends string
  ? DecimalInput
  : Value extends readonly string[]
    ? readonly DecimalInput[]
    : Value

/** A row as hooks get it: with what its file has, decimal numbers as text. */
type HookedRow<Shape extends ModelShape> = {
  readonly [Field in Exclude<keyof Shape['row'], Shape['optional']>]: Shape['row'][Field]
} & {
  readonly [Field in Extract<keyof Shape['row'], Shape['optional']>]?:
    | Shape['row'][Field]
    | undefined
}

/** Rows by the name of their model, each with the fields of that model. */
export type InputRows<Models extends ModelMap<Models>> = {
  readonly [Name in keyof Models]?: RowsInput<InputRow<Models[Name]>>
}

/** Hooks by the name of their model, each for the rows of that model. */
export interface InputHooks<Models extends ModelMap<Models>> {
  readonly transform: {
    readonly [Name in keyof Models]?:
      | TransformHook<HookedRow<Models[Name]>, InputRow<Models[Name]>>
      | undefined
  }
  readonly validate: {
    readonly [Name in keyof Models]?: ValidateHook<HookedRow<Models[Name]>> | undefined
  }
}

/** That an import has either files or rows. */
type OneInput =
  | { readonly from: string | object; readonly rows?: never }
  | { readonly rows: object; readonly from?: never }

/** The plan of an import of the models `Name`. */
export interface TypedImportPlan<Name extends string> extends Omit<ImportPlan, 'models'> {
  /** In load order. */
  readonly models: readonly (ModelPlan & { readonly model: Name })[]
}

/** The result of an import of the models `Name`. */
export interface TypedImportResult<Name extends string> extends Omit<ImportResult, 'models'> {
  /** In load order. */
  readonly models: readonly (ModelResult & { readonly model: Name })[]
}

/**
 * `onConflict` with the fields of each model. Any of them, as the schema does not know every unique: not
 * those of some rows only. The plan says where there is none.
 */
interface TypedConflicts<Models extends ModelMap<Models>, Name extends keyof Models> {
  readonly onConflict?:
    | ConflictAction
    | {
        readonly [Each in Name]?:
          | ConflictAction
          | {
              readonly action: ConflictAction
              readonly on?: readonly (keyof Models[Each]['row'])[]
              readonly columns?: readonly (keyof Models[Each]['row'])[]
            }
      }
}

/** What a rollback would do or did, with the names of the models of a schema. */
export type TypedRollback<Told extends RollbackPlan | RollbackResult, Name> = Omit<
  Told,
  'models'
> & {
  /** In the order in which they were loaded. */
  readonly models: readonly (ModelRollback & { readonly model: Name & string })[]
}

/** What a comparison came to, with the names of the models of a schema. */
export interface TypedVerifyResult<Name> extends Omit<VerifyResult, 'models' | 'references'> {
  /** In load order. */
  readonly models: readonly (VerifiedModel & { readonly model: Name & string })[]
  readonly references: readonly (VerifiedReference & { readonly model: Name & string })[]
}

/** What Prisma Client has for the keys of a model. */
export type KeyOf<Shape extends ModelShape> = [Shape['key']] extends [never]
  ? KeyValue
  : Extract<Shape['row'][Shape['key'] & keyof Shape['row']], KeyValue>

/** The functions of prisma-gyro for one Prisma schema. */
export interface Gyro<Models extends ModelMap<Models>> extends GyroExports<Models> {
  /** See `planImport` of the package. Takes the models of the schema and no other name. */
  planImport<const Name extends keyof Models & string = keyof Models & string>(
    options: PlanOptions<Name, InputRows<Models>, InputHooks<Models>> &
      OneInput &
      TypedConflicts<Models, NoInfer<Name>>,
  ): Promise<TypedImportPlan<Name>>
  /** See `importModels` of the package. Takes the models of the schema and no other name. */
  importModels<const Name extends keyof Models & string = keyof Models & string>(
    options: ImportOptions<Name, InputRows<Models>, InputHooks<Models>> &
      OneInput &
      TypedConflicts<Models, NoInfer<Name>>,
  ): Promise<TypedImportResult<Name>>
  /** See `resumeImport` of the package. */
  resumeImport(options: ResumeOptions): Promise<TypedImportResult<keyof Models & string>>
  /** See `planRollback` of the package. */
  planRollback(options: RollbackPlanOptions): Promise<TypedRollback<RollbackPlan, keyof Models>>
  /** See `rollbackImport` of the package. */
  rollbackImport(options: RollbackOptions): Promise<TypedRollback<RollbackResult, keyof Models>>
  /** See `verifyImport` of the package. */
  verifyImport(options: VerifyOptions): Promise<TypedVerifyResult<keyof Models>>
  /** See `importHistory` of the package. */
  importHistory(options?: HistoryOptions): Promise<ImportHistory>
  /** See `importDetails` of the package. */
  importDetails(options: DetailsOptions): Promise<ImportDetails>
  /** See `targetKey` of the package. Takes the models of the schema and no other name. */
  targetKey<const Name extends keyof Models & string>(
    batch: string,
    model: Name,
    sourceKey: GivenKey,
    options?: HistoryTarget,
  ): Promise<KeyOf<Models[Name]> | null>
  /** See `sourceKeys` of the package. Takes the models of the schema and no other name. */
  sourceKeys<const Name extends keyof Models & string>(
    batch: string,
    model: Name,
    targetKey: GivenKey,
    options?: HistoryTarget,
  ): Promise<readonly KeyOf<Models[Name]>[]>
  /** See `readKeyMap` of the package. Takes the models of the schema and no other name. */
  readKeyMap(
    options: KeyMapOptions<keyof Models & string>,
  ): AsyncGenerator<readonly MappedKey[], void>
  /** See `pruneHistory` of the package. */
  pruneHistory(options: PruneOptions): Promise<PruneResult>
}

/**
 * Binds the functions of the package to one schema. The generated `index.ts` calls it; there is
 * no need to call it by hand.
 *
 * @param manifest As the generator wrote it.
 * @throws {GyroError} `MANIFEST.VERSION` or `MANIFEST.INVALID` when the generated module and the
 *   package are not of one version.
 */
export function createGyro<Models extends ModelMap<Models>>(manifest: unknown): Gyro<Models> {
  const parsed = parseManifest(manifest, 'The generated module')
  // What comes back holds the models asked for and no others: the narrower types are true.
  return {
    planImport: <Name extends string>(options: PlanOptions<Name>) =>
      planImport(parsed, options) as Promise<TypedImportPlan<Name>>,
    importModels: <Name extends string>(options: ImportOptions<Name>) =>
      importModels(parsed, options) as Promise<TypedImportResult<Name>>,
    resumeImport: (options) =>
      resumeImport(parsed, options) as Promise<TypedImportResult<keyof Models & string>>,
    // Batches of other models are refused.
    planRollback: (options) =>
      planRollback(parsed, options) as Promise<TypedRollback<RollbackPlan, keyof Models>>,
    rollbackImport: (options) =>
      rollbackImport(parsed, options) as Promise<TypedRollback<RollbackResult, keyof Models>>,
    verifyImport: (options) =>
      verifyImport(parsed, options) as Promise<TypedVerifyResult<keyof Models>>,
    importHistory,
    importDetails,
    targetKey: <Name extends keyof Models & string>(
      batch: string,
      model: Name,
      sourceKey: GivenKey,
      options: HistoryTarget = {},
    ) =>
      targetKey(parsed, { ...options, batch, model, sourceKey }) as Promise<KeyOf<
        Models[Name]
      > | null>,
    sourceKeys: <Name extends keyof Models & string>(
      batch: string,
      model: Name,
      key: GivenKey,
      options: HistoryTarget = {},
    ) =>
      sourceKeys(parsed, { ...options, batch, model, targetKey: key }) as Promise<
        readonly KeyOf<Models[Name]>[]
      >,
    readKeyMap: (options) => readKeyMap(parsed, options),
    pruneHistory,
    ...createExports<Models>(parsed),
  }
}
