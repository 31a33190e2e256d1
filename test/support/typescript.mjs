// Lets plain Node import the TypeScript sources, for what runs outside Jest: its global set-up, and
// programs that a test starts and kills. Use as `--import`, or import it before the sources.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
