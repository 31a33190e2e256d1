/** Something that happened during an import or an export, in the order it happened. */
export type ProgressEvent =
  | { readonly type: 'phase'; readonly phase: ImportPhase }
  /** What a person should know though the import runs: told before anything is written. */
  | { readonly type: 'warning'; readonly warning: string }
  | {
      readonly type: 'file-start'
      readonly phase: FilePhase
      readonly model: string
      /** Path as given to the program, for people. */
      readonly file: string
      /** Size of the file in bytes; 0 where it is not known before. */
      readonly bytes: number
      /** Rows that are expected, where these tell how far it is: an export knows no size. */
      readonly rows?: number
    }
  | {
      readonly type: 'file-progress'
      readonly phase: FilePhase
      readonly model: string
      /** Bytes of the file so far. */
      readonly bytes: number
      /** Data rows so far. */
      readonly rows: number
    }
  | {
      readonly type: 'file-end'
      readonly phase: FilePhase
      readonly model: string
      readonly rows: number
      readonly seconds: number
    }

/** The phases in which files are read or written: see `ImportPhase`. */
export type FilePhase = 'hooks' | 'check' | 'survey' | 'load' | 'export'

/**
 * `hooks`: rows go through `transform` and `validate`, before all else. `plan`: files, headers, catalog.
 * `check`: all rows are looked at before any is written. `survey`: source keys are read. `reserve`: new
 * ids are taken. `load`: COPY. `verify`: checks. `undo`: a rollback deletes and restores rows. `commit`:
 * COMMIT is on its way. Of an export: `plan`, then `select`: it is found out which rows go out, and
 * `export`: files are written, some of them at a time.
 */
export type ImportPhase =
  | 'hooks'
  | 'plan'
  | 'check'
  | 'survey'
  | 'reserve'
  | 'load'
  | 'verify'
  | 'undo'
  | 'commit'
  | 'select'
  | 'export'

/** Called with every event; must not throw. */
export type ProgressListener = (event: ProgressEvent) => void
