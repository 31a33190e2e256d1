import { COPY_HAZARDS } from './cases/copy-hazards.js'
import { DATABASES } from './cases/databases.js'
import { DIALECTS } from './cases/dialects.js'
import { ENCODINGS } from './cases/encodings.js'
import { HEADERS } from './cases/headers.js'
import { LINE_ENDS } from './cases/line-ends.js'
import { QUOTE_OPTIONS } from './cases/quote-options.js'
import { QUOTES } from './cases/quotes.js'
import { RFC_4180 } from './cases/rfc-4180.js'
import { SPREADSHEETS } from './cases/spreadsheets.js'
import type { CaseGroup } from './conformance-case.js'

/** All cases, in the order of the table. */
export const GROUPS: readonly CaseGroup[] = [
  RFC_4180,
  LINE_ENDS,
  QUOTES,
  HEADERS,
  ENCODINGS,
  SPREADSHEETS,
  DATABASES,
  COPY_HAZARDS,
  DIALECTS,
  QUOTE_OPTIONS,
]
