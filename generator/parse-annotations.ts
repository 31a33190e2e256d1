import type { Annotation, AnnotationArgument } from './annotation.js'
import { unreadableAnnotation } from './generator-error.js'
import type { DocComment, SchemaPlace } from './split-schema.js'

/**
 * Finds the annotations among the prose of doc comments.
 *
 * @throws {GyroError} `GENERATOR.INVALID_ANNOTATION` when one is not written as it has to be.
 */
export function parseAnnotations(comments: readonly DocComment[]): readonly Annotation[] {
  return comments.flatMap(parseComment)
}

/** Not a mail address, nor a package such as `@gyro/core`. `@Gyro` is found, to be refused. */
const BEGINNING = /(?<![\w.@])@gyro(?![\w/-])/gi

const NAME = /\.(\w+)/y

/** A string as in JSON, or names joined by dots; then what goes on or closes. */
const ARGUMENT =
  /\s*(?:("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|([\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*))\s*([,)])/uy

function parseComment({ text, place }: DocComment): readonly Annotation[] {
  const annotations: Annotation[] = []
  let end = 0
  for (const { 0: beginning, index } of text.matchAll(BEGINNING)) {
    // What stands in a text of another annotation is none.
    if (index < end) {
      continue
    }
    const at = { ...place, column: place.column + index }
    NAME.lastIndex = index + beginning.length
    const name = NAME.exec(text)?.[1]
    if (name === undefined || beginning !== '@gyro') {
      throw unreadableAnnotation(at)
    }
    const found = parseArguments(text, NAME.lastIndex, at)
    annotations.push({ name, args: found.args, place: at })
    end = found.end
  }
  return annotations
}

/** @returns The arguments, none without a parenthesis, and where they end. */
function parseArguments(
  text: string,
  start: number,
  place: SchemaPlace,
): { readonly args: readonly AnnotationArgument[]; readonly end: number } {
  const args: AnnotationArgument[] = []
  if (text[start] !== '(') {
    return { args, end: start }
  }
  ARGUMENT.lastIndex = start + 1
  for (;;) {
    const [, quoted, name, next] = ARGUMENT.exec(text) ?? []
    if (quoted !== undefined) {
      args.push({ kind: 'text', text: JSON.parse(quoted) })
    } else if (name !== undefined) {
      args.push({ kind: 'name', text: name })
    } else {
      throw unreadableAnnotation(place)
    }
    if (next === ')') {
      return { args, end: ARGUMENT.lastIndex }
    }
  }
}
