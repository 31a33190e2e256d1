import { PLAN_OPTIONS } from './plan-options.js'

/** Options of every command that works on a database. */
export const TARGET_OPTIONS = {
  url: PLAN_OPTIONS.url,
  embedded: PLAN_OPTIONS.embedded,
  config: PLAN_OPTIONS.config,
  manifest: PLAN_OPTIONS.manifest,
} as const

/** What `--help` says of a batch. */
export const BATCH_HELP = 'Id of the batch, the beginning of it, or last for\nthe newest one'
