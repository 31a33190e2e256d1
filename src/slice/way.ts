import type { PathStep } from './row-selection.js'

/** A way from a root, known by its last step. A chain of rows has long ones: they share their beginnings. */
export interface Way {
  readonly length: number
  readonly last: { readonly step: PathStep; readonly before: Way } | null
}

/** The way to a root: none. */
export const NO_STEPS: Way = { length: 0, last: null }

export function addStep(before: Way, step: PathStep): Way {
  return { length: before.length + 1, last: { step, before } }
}

/** From the root on. */
export function stepsOf(way: Way): readonly PathStep[] {
  const steps: PathStep[] = []
  for (let { last } = way; last !== null; last = last.before.last) steps.push(last.step)
  return steps.reverse()
}
