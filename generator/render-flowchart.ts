import type { OrderedModel } from './order-models.js'

/** Above this many models the arrows lose their names, and those that follow from others go. */
const DETAILED_MODELS = 40

/** Mermaid, as GitHub runs it, refuses a picture with more. */
const MAX_ARROWS = 500

/**
 * The models as a Mermaid flowchart with a legend: referred-to models on top. It shows every
 * reference of a small schema, and of a large one as much as a person can follow; beyond what
 * Mermaid draws, only a sentence.
 */
export function renderFlowchart(models: readonly OrderedModel[]): string {
  const isDetailed = models.length <= DETAILED_MODELS
  const arrows = isDetailed ? buildArrows(models) : withoutImplied(buildArrows(models))
  if (arrows.length > MAX_ARROWS) {
    return 'The schema is too large for a picture; the table has everything.'
  }
  const ids = new Map(models.map(({ name }, i) => [name, `m${i + 1}`]))
  const lines = [
    'flowchart BT',
    ...models.map((model) => `${ids.get(model.name)}${renderNode(model)}`),
    ...arrows.map(
      (arrow) =>
        `${ids.get(arrow.from.name)} ${renderLine(arrow, isDetailed)} ${ids.get(arrow.to.name)}`,
    ),
    'classDef model fill:#e7f0fb,stroke:#3f6ea8,color:#14273d',
    'classDef join fill:#f4f4f2,stroke:#8b8b84,color:#33332f,stroke-dasharray:4 3',
    'classDef cycle fill:#fdeaea,stroke:#b93a32,color:#4d1512',
  ]
  return `\`\`\`mermaid\n${lines.join('\n  ')}\n\`\`\`\n\n${renderLegend(models, isDetailed)}`
}

interface Arrow {
  readonly from: OrderedModel
  readonly to: OrderedModel
  /** Names of the references: one model may refer to another more than once. */
  readonly names: readonly string[]
  /** Whether every one of them may be empty. */
  readonly isOptional: boolean
}

function buildArrows(models: readonly OrderedModel[]): readonly Arrow[] {
  return models.flatMap((from) => {
    const targets = new Set(from.references.map(({ target }) => target))
    targets.delete(from.name)
    return models
      .filter(({ name }) => targets.has(name))
      .map((to) => {
        const references = from.references.filter(({ target }) => target === to.name)
        return {
          from,
          to,
          names: references.map(({ name }) => name),
          isOptional: references.every(({ isNullable }) => isNullable),
        }
      })
  })
}

/** Leaves out the arrow from A to C where A → B → C says the same about the order. */
function withoutImplied(arrows: readonly Arrow[]): readonly Arrow[] {
  const targets = new Map<number, Set<number>>()
  for (const { from, to } of arrows.filter((arrow) => arrow.from.place !== arrow.to.place)) {
    targets.set(from.place, (targets.get(from.place) ?? new Set()).add(to.place))
  }
  // Arrows come in load order, so that all that is reached from a place is known when its turn comes.
  const beyond = new Map<number, ReadonlySet<number>>()
  for (const [place, direct] of targets) {
    const reached = new Set<number>()
    for (const further of [...direct].flatMap((next) => [targets.get(next), beyond.get(next)])) {
      for (const each of further ?? []) {
        reached.add(each)
      }
    }
    beyond.set(place, reached)
  }
  return arrows.filter(({ from, to }) => beyond.get(from.place)?.has(to.place) !== true)
}

/** `["1 · Tenant"]:::model`; a join table has round ends, a self reference a line of its own. */
function renderNode({ name, kind, place, isInCycle, references }: OrderedModel): string {
  const loops = references.filter(({ target }) => target === name).map((r) => escapeLabel(r.name))
  const label = [`${place} · ${escapeLabel(name)}`, ...loops.map((loop) => `↺ ${loop}`)].join(
    '<br>',
  )
  const style = isInCycle ? 'cycle' : kind === 'model' ? 'model' : 'join'
  return kind === 'model' ? `["${label}"]:::${style}` : `(["${label}"]):::${style}`
}

/** Dashed when the reference may be empty. */
function renderLine({ names, isOptional }: Arrow, isDetailed: boolean): string {
  const line = isOptional ? '-.->' : '-->'
  return isDetailed ? `${line}|"${names.map(escapeLabel).join(', ')}"|` : line
}

function renderLegend(models: readonly OrderedModel[], isDetailed: boolean): string {
  const sentences = [
    'The number is the place in the load order; an arrow points to what is referred to, dashed when it may be empty.',
  ]
  if (models.some(({ name, references }) => references.some(({ target }) => target === name))) {
    sentences.push('↺ is a reference to the model itself.')
  }
  if (models.some(({ kind }) => kind === 'joinTable')) {
    sentences.push('Round ends: the join table of a many-to-many relation.')
  }
  if (models.some(({ isInCycle }) => isInCycle)) {
    sentences.push('Red: a cycle.')
  }
  if (!isDetailed) {
    sentences.push('Arrows that follow from others are left out; the table has every reference.')
  }
  return sentences.join(' ')
}

/** Names are free text in the schema, and Mermaid reads Markdown, HTML and entities in a label. */
function escapeLabel(name: string): string {
  return name.replaceAll(/[^\w .-]/gu, (character) => `#${character.codePointAt(0)};`)
}
