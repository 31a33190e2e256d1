import type { ManifestColumn, ManifestStrategy } from '../src/manifest/manifest.js'
import type { Annotation } from './annotation.js'
import { findAnnotatedColumn } from './find-annotated-column.js'
import {
  duplicateFile,
  duplicateHeader,
  invalidFileName,
  repeatedField,
  secondKey,
  unknownName,
} from './generator-error.js'
import type { Annotations, ModelAnnotations } from './read-annotations.js'
import type { ReadModel } from './read-model.js'
import { readReference } from './read-reference.js'

/**
 * The models with what their annotations say.
 *
 * @throws {GyroError} `GENERATOR.UNKNOWN_NAME`, `GENERATOR.DUPLICATE_FILE`,
 *   `GENERATOR.DUPLICATE_HEADER`, `GENERATOR.INVALID_ANNOTATION`.
 */
export function annotateModels(
  models: readonly ReadModel[],
  annotations: ReadonlyMap<string, ModelAnnotations>,
): readonly ReadModel[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  const fileOwners = new Map(models.map(({ name }) => [name, name]))
  return models.map((model) => {
    const own = annotations.get(model.name)
    return own === undefined ? model : annotateModel(model, own, { byName, fileOwners })
  })
}

interface AnnotationContext {
  readonly byName: ReadonlyMap<string, ReadModel>
  /** The model of each file that nobody else may claim; those that are claimed are added. */
  readonly fileOwners: Map<string, string>
}

function annotateModel(
  model: ReadModel,
  { own, fields }: ModelAnnotations,
  { byName, fileOwners }: AnnotationContext,
): ReadModel {
  const columns = [...fields].map(([field, annotations]): AnnotatedColumn => {
    const [first] = annotations.values()
    return { column: findAnnotatedColumn(model, field, first as Annotation), annotations }
  })
  const references = columns.flatMap(({ column, annotations }) => {
    const annotation = annotations.get('references')
    return annotation === undefined ? [] : [readReference(model, column, annotation, byName)]
  })
  return {
    ...model,
    fileNames: [readFiles(model, own.get('file'), fileOwners), ...model.fileNames.slice(1)],
    columns: annotateColumns(model, columns),
    businessKey: readBusinessKey(model, own.get('key'), columns),
    strategy: readStrategy(own.get('strategy')),
    references: [...model.references, ...references],
  }
}

interface AnnotatedColumn {
  readonly column: ManifestColumn
  /** At least one. */
  readonly annotations: Annotations
}

/** Names without `.csv` and the like: every file that is read has one of these endings. */
function readFiles(
  { name: model }: ReadModel,
  annotation: Annotation | undefined,
  owners: Map<string, string>,
): readonly string[] {
  if (annotation === undefined) {
    return []
  }
  const stems = annotation.args.map(({ text }) => text.replace(FILE_ENDING, ''))
  for (const stem of stems) {
    if (!FILE_STEM.test(stem)) {
      throw invalidFileName(annotation)
    }
    const owner = owners.get(stem) ?? model
    if (owner !== model) {
      throw duplicateFile(annotation, stem, [owner, model])
    }
    owners.set(stem, model)
  }
  return stems
}

const FILE_ENDING = /\.(csv|tsv)(\.(gz|zst))?$/i

/** Files lie in the folder itself, and hidden ones are left alone. */
const FILE_STEM = /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u

function annotateColumns(
  { name, columns }: ReadModel,
  annotated: readonly AnnotatedColumn[],
): readonly ManifestColumn[] {
  const owners = new Map(columns.flatMap(({ field, headers }) => headers.map((h) => [h, field])))
  const changed = new Map<string, ManifestColumn>()
  for (const { column, annotations } of annotated) {
    const annotation = annotations.get('column')
    const headers = annotation?.args.map(({ text }) => text) ?? []
    for (const header of headers) {
      const owner = owners.get(header) ?? column.field
      if (annotation !== undefined && owner !== column.field) {
        throw duplicateHeader(annotation, header, [`${name}.${owner}`, `${name}.${column.field}`])
      }
      owners.set(header, column.field)
    }
    changed.set(column.field, {
      ...column,
      isSkipped: annotations.has('skip'),
      headers: [...new Set([...column.headers, ...headers])],
    })
  }
  return columns.map((column) => changed.get(column.field) ?? column)
}

/** `@gyro.key` at the model, or at the one field that it is. */
function readBusinessKey(
  model: ReadModel,
  own: Annotation | undefined,
  annotated: readonly AnnotatedColumn[],
): readonly string[] | null {
  const atFields = annotated.flatMap(({ column, annotations }) => {
    const annotation = annotations.get('key')
    return annotation === undefined ? [] : [{ annotation, fields: [column.field] }]
  })
  const atModel =
    own === undefined ? [] : [{ annotation: own, fields: own.args.map(({ text }) => text) }]
  const [key, second] = [...atModel, ...atFields]
  if (key === undefined) {
    return null
  }
  if (second !== undefined) {
    throw secondKey(second.annotation, key.annotation, model.name)
  }
  for (const [i, field] of key.fields.entries()) {
    findAnnotatedColumn(model, field, key.annotation)
    if (key.fields.indexOf(field) < i) {
      throw repeatedField(key.annotation, field)
    }
  }
  return key.fields
}

const STRATEGIES: readonly ManifestStrategy[] = ['sequential', 'hash', 'fresh', 'match', 'none']

function readStrategy(annotation: Annotation | undefined): ManifestStrategy | null {
  if (annotation === undefined) {
    return null
  }
  const [name] = annotation.args.map(({ text }) => text) as [string]
  const strategy = STRATEGIES.find((known) => known === name)
  if (strategy === undefined) {
    throw unknownName(annotation, { what: 'strategy', name, known: STRATEGIES })
  }
  return strategy
}
