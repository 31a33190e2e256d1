export type { PrismaClientLike, PrismaTransaction } from './client/prisma-client.js'
export type { CsvOptions } from './csv/csv-dialect.js'
export { withEmbeddedPostgres } from './embedded/with-embedded-postgres.js'

export { ERROR_CODES, type ErrorCode } from './error/error-codes.js'
export { buildErrorReport, type ErrorReport } from './error/error-report.js'
export { GyroError, type GyroErrorDetails, isGyroError } from './error/gyro-error.js'
export { exportModel } from './export/export-model.js'
export { exportModels } from './export/export-models.js'
export type {
  ExportModelOptions,
  ExportOptions,
  PlanExportOptions,
  SliceOptions,
} from './export/export-options.js'
export type {
  ExportedFile,
  ExportPlanResult,
  ExportResult,
  PlannedExport,
} from './export/export-result.js'
export { planExport } from './export/plan-export.js'
export type {
  GyroExports,
  RootKeyOf,
  TypedExportPlan,
  TypedExportResult,
  TypedSlice,
} from './export/typed-export.js'
export type { BatchStatus } from './history/batch-status.js'
export type { PrunedBatch } from './history/prune-batches.js'
export type {
  ImportDetails,
  ImportEvent,
  ImportedFile,
  ImportedModel,
  ImportSummary,
} from './history/read-imports.js'
export type {
  AnyRow,
  HookPlace,
  RowRejection,
  TransformHook,
  ValidateHook,
} from './hooks/row-hooks.js'
export {
  createGyro,
  type Gyro,
  type InputHooks,
  type InputRow,
  type InputRows,
  type KeyOf,
  type TypedImportPlan,
  type TypedImportResult,
  type TypedRollback,
  type TypedVerifyResult,
} from './import/create-gyro.js'
export type {
  DetailsOptions,
  GivenKey,
  HistoryOptions,
  HistoryTarget,
  KeyLookupOptions,
  KeyMapOptions,
  PruneOptions,
} from './import/history-options.js'
export { type ImportHistory, importDetails, importHistory } from './import/import-history.js'
export { importModels } from './import/import-models.js'
export type { ImportOptions } from './import/import-options.js'
export type {
  ImportResult,
  LoadedBatch,
  ModelResult,
  NulledReference,
  RejectedRows,
} from './import/import-result.js'
export {
  type KeyLookup,
  type KeyValue,
  lookUpKey,
  type MappedKey,
  readKeyMap,
  sourceKeys,
  targetKey,
} from './import/look-up-key.js'
export { planImport } from './import/plan-import.js'
export type {
  ConflictOptions,
  HooksByModel,
  MissingReferences,
  PinnedRow,
  PlanOptions,
  RowsByModel,
} from './import/plan-options.js'
export { planRollback } from './import/plan-rollback.js'
export { type PruneResult, pruneHistory } from './import/prune-history.js'
export { resumeImport } from './import/resume-import.js'
export type { ResumeOptions } from './import/resume-options.js'
export { rollbackImport } from './import/rollback-import.js'
export type { RollbackOptions, RollbackPlanOptions } from './import/rollback-options.js'
export { verifyImport } from './import/verify-import.js'
export type { VerifyOptions } from './import/verify-options.js'
export type { IdRemappingStrategy, MappedColumn } from './keys/id-remapping-strategy.js'
export type { Manifest } from './manifest/manifest.js'
export type { ModelMap, ModelShape } from './manifest/model-shape.js'
export { parseManifest } from './manifest/parse-manifest.js'
export type { Mask, MaskedField, MaskFunction } from './mask/mask-options.js'
export type { ConflictAction } from './plan/conflict.js'
export type {
  ForeignKeyMode,
  ImportPlan,
  ModelPlan,
  NamedStrategy,
  PlannedConflict,
  PlannedDeferral,
  PlannedDialect,
  PlannedKeys,
  PlannedLock,
  PlannedRebuild,
  PlannedReference,
  PlannedServer,
  PlannedTrigger,
  PlannedTruncation,
  PlannedWay,
  PlanStep,
  Strategy,
  Technique,
} from './plan/import-plan.js'
export type { MissingPolicy } from './plan/missing-reference.js'
export type { RowProblem, RowProblemKind, RowProblems } from './plan/row-problem.js'
export type {
  FilePhase,
  ImportPhase,
  ProgressEvent,
  ProgressListener,
} from './progress/progress.js'
export type { Project } from './project/project.js'
export { readManifest } from './project/read-manifest.js'
export { type ProjectOptions, readProject } from './project/read-project.js'
export { resolveDatabaseUrl } from './project/resolve-database-url.js'
export type { RejectedFiles } from './rejects/reject-folder.js'
export type {
  MissingIndex,
  ModelRollback,
  OutsideReference,
  RollbackPlan,
  RollbackResult,
  RolledBatch,
  TableRows,
} from './rollback/rollback-plan.js'
export type { RowsInput } from './rows/encoded-rows.js'
export type { DecimalInput, DecimalLike } from './rows/value-encoder.js'
export type { RootKey, RootKeyPart, RowCondition } from './slice/root-options.js'
export type {
  ExportedColumn,
  ExportedModel,
  ExportedSlice,
  ExportedStep,
  ExportRecord,
} from './source/export-record.js'
export type {
  NotCompared,
  VerifiedBatch,
  VerifiedModel,
  VerifiedReference,
  VerifiedRows,
  VerifyResult,
} from './verification/verification-result.js'
export type { CheckResult } from './verify/check-load.js'
