import type { Annotation, AnnotationArgument } from './annotation.js'
import {
  misplacedAnnotation,
  repeatedAnnotation,
  unknownAnnotation,
  wrongArguments,
} from './generator-error.js'
import { parseAnnotations } from './parse-annotations.js'
import type { SchemaBlock, SchemaText } from './scan-schema.js'
import type { DocComment } from './split-schema.js'

/** The annotations of one place by their names. */
export type Annotations = ReadonlyMap<string, Annotation>

export interface ModelAnnotations {
  /** Those of the model itself. */
  readonly own: Annotations
  /** By field; fields without any are left out. */
  readonly fields: ReadonlyMap<string, Annotations>
}

/**
 * The annotations of a schema by model, for models that have any. Each is known, stands where it may,
 * takes what it has to and stands there once; what it names is looked up later.
 *
 * @throws {GyroError} `GENERATOR.INVALID_ANNOTATION`.
 */
export function readAnnotations(text: SchemaText): ReadonlyMap<string, ModelAnnotations> {
  readPlace(text.looseComments, 'nothing')
  const models = new Map<string, ModelAnnotations>()
  for (const block of text.blocks) {
    const annotations = readBlock(block)
    const isModel = block.kind === 'model' || block.kind === 'view'
    if (isModel && annotations.own.size + annotations.fields.size > 0) {
      models.set(block.name, annotations)
    }
  }
  return models
}

type Place =
  | 'a model'
  | 'a field'
  | 'an enum'
  | 'a value of an enum'
  | 'a block of settings'
  | 'nothing'

/** By kind of block: what it is, and what its fields are. */
const PLACES: { readonly [Kind in SchemaBlock['kind']]: readonly [Place, Place] } = {
  model: ['a model', 'a field'],
  view: ['a model', 'a field'],
  enum: ['an enum', 'a value of an enum'],
  datasource: ['a block of settings', 'nothing'],
  generator: ['a block of settings', 'nothing'],
}

function readBlock({ kind, comments, fields }: SchemaBlock): ModelAnnotations {
  const [place, fieldPlace] = PLACES[kind]
  const own = readPlace(comments, place)
  const annotated = fields
    .filter((field) => field.comments.length > 0)
    .map((field) => [field.name, readPlace(field.comments, fieldPlace)] as const)
  return { own, fields: new Map(annotated.filter(([, { size }]) => size > 0)) }
}

function readPlace(comments: readonly DocComment[], place: Place): Annotations {
  const annotations = new Map<string, Annotation>()
  for (const annotation of parseAnnotations(comments)) {
    const forms = FORMS.get(annotation.name)
    if (forms === undefined) {
      throw unknownAnnotation(annotation, [...FORMS.keys()])
    }
    const form = forms[place]
    if (form === undefined) {
      throw misplacedAnnotation(annotation, place, Object.keys(forms))
    }
    if (!form.takes(annotation.args)) {
      throw wrongArguments(annotation, place, form.example)
    }
    const first = annotations.get(annotation.name)
    if (first !== undefined) {
      throw repeatedAnnotation(annotation, first)
    }
    annotations.set(annotation.name, annotation)
  }
  return annotations
}

interface Form {
  readonly example: string
  readonly takes: (args: readonly AnnotationArgument[]) => boolean
}

const isNothing: Form['takes'] = (args) => args.length === 0
const isTexts: Form['takes'] = (args) =>
  args.length > 0 && args.every(({ kind, text }) => kind === 'text' && text !== '')
const isNames: Form['takes'] = (args) =>
  args.length > 0 && args.every(({ kind, text }) => kind === 'name' && !text.includes('.'))
const isName: Form['takes'] = (args) => args.length === 1 && isNames(args)
const isPath: Form['takes'] = ([only, ...others]) =>
  others.length === 0 && only?.kind === 'name' && only.text.split('.').length === 2

/** By annotation: where it may stand, and what it takes there. */
const FORMS: ReadonlyMap<string, { readonly [At in Place]?: Form }> = new Map([
  ['column', { 'a field': { example: '@gyro.column("Customer Name")', takes: isTexts } }],
  ['file', { 'a model': { example: '@gyro.file("customers.csv")', takes: isTexts } }],
  [
    'key',
    {
      'a model': { example: '@gyro.key(tenantId, email)', takes: isNames },
      'a field': { example: '@gyro.key', takes: isNothing },
    },
  ],
  ['references', { 'a field': { example: '@gyro.references(Customer.id)', takes: isPath } }],
  [
    'skip',
    {
      'a model': { example: '@gyro.skip', takes: isNothing },
      'a field': { example: '@gyro.skip', takes: isNothing },
    },
  ],
  ['strategy', { 'a model': { example: '@gyro.strategy(none)', takes: isName } }],
])
