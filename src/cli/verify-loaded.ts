import { buildErrorReport, type ErrorReport, isGyroError, type VerifyResult } from '../index.js'
import type { CommandContext } from './define-command.js'
import { withInterruption } from './interruption.js'
import { renderError } from './render-error.js'
import { renderVerification } from './render-verification.js'
import { showProgress } from './show-progress.js'
import type { Look } from './terminal.js'
import type { Target } from './with-target.js'

/** What a verification came to, or why there was none: the import before it has happened. */
export type Verified = VerifyResult | { readonly error: ErrorReport }

/** Compares an import that was committed with its files. */
export async function verifyLoaded(
  { manifest, url }: Target,
  {
    batch,
    from,
    io,
    terminal,
  }: Pick<CommandContext, 'io' | 'terminal'> & { readonly batch: string; readonly from: string },
): Promise<Verified> {
  const { verifyImport } = await import('../index.js')
  const { onProgress, stop } = await showProgress(terminal)
  const onStop = () => {
    stop()
    terminal.note('Stopping: the import stays …')
  }
  try {
    return await withInterruption(io, onStop, (signal) =>
      verifyImport(manifest, { batch, from, url, onProgress, signal }).finally(stop),
    )
  } catch (error) {
    if (!isGyroError(error)) throw error
    return { error: buildErrorReport(error) }
  }
}

/** The same for people. */
export function renderVerified(verified: Verified, look: Look): string {
  return 'error' in verified
    ? renderError(verified.error, look)
    : renderVerification(verified, look)
}
