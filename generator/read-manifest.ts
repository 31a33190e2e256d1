import type { DMMF } from '@prisma/generator-helper'
import type {
  ExcludedModel,
  Manifest,
  ManifestEnum,
  ManifestModel,
} from '../src/manifest/manifest.js'
import { annotateModels } from './annotate-models.js'
import { chooseNames } from './choose-names.js'
import { databaseName } from './database-name.js'
import { excludeModels } from './exclude-models.js'
import { type ModelAnnotations, readAnnotations } from './read-annotations.js'
import { readJoinTables } from './read-join-tables.js'
import { type ReadModel, readModel } from './read-model.js'
import { type Datamodel, restoreModels, type SchemaModel } from './restore-models.js'
import { type SchemaText, schemaOf } from './scan-schema.js'

/**
 * What Prisma knows of the schema, in words of our own. All knowledge of the DMMF and of the language
 * of schemas ends here.
 *
 * @throws {GyroError} `GENERATOR.INVALID_ANNOTATION`, `GENERATOR.UNKNOWN_NAME`,
 *   `GENERATOR.DUPLICATE_FILE`, `GENERATOR.DUPLICATE_HEADER`: an annotation cannot be followed.
 * @throws {GyroError} `GENERATOR.SHARED_JOIN_TABLE` when two relations would share a table.
 */
export function readManifest(datamodel: Datamodel, text: SchemaText): Manifest {
  const annotations = readAnnotations(text)
  const schemaModels = restoreModels(datamodel, text)
  const models = [...schemaModels.map(readModel), ...readJoinTables(schemaModels)].sort(byName)
  const { loaded, excluded } = excludeModels(
    withFiles(annotateModels(models, annotations)),
    readReasons(schemaModels, annotations),
  )
  return {
    version: 1,
    models: loaded,
    enums: readEnums(datamodel.enums, text),
    excluded,
    relationMode: text.relationMode,
  }
}

/** By name: why a model is never loaded. */
function readReasons(
  models: readonly SchemaModel[],
  annotations: ReadonlyMap<string, ModelAnnotations>,
): ReadonlyMap<string, ExcludedModel['reason']> {
  return new Map(
    models.flatMap(({ name, excluded }) => {
      const skipped = annotations.get(name)?.own.has('skip') ? 'skipped' : null
      const reason = excluded ?? skipped
      return reason === null ? [] : [[name, reason] as const]
    }),
  )
}

function withFiles(models: readonly ReadModel[]): readonly ManifestModel[] {
  const files = chooseNames(models.map(({ fileNames }) => fileNames))
  return models.map(({ fileNames, relationFields, ...model }, i) => ({
    ...model,
    files: files[i] as readonly string[],
  }))
}

function readEnums(
  enums: readonly DMMF.DatamodelEnum[],
  { blocks }: SchemaText,
): readonly ManifestEnum[] {
  const schemas = new Map(
    blocks.filter(({ kind }) => kind === 'enum').map((block) => [block.name, schemaOf(block)]),
  )
  return enums
    .map(({ name, dbName, values }) => ({
      name,
      schema: schemas.get(name) ?? null,
      type: databaseName(dbName ?? name),
      values: values.map((value) => ({ name: value.name, value: value.dbName ?? value.name })),
    }))
    .sort(byName)
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
