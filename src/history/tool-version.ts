/**
 * The version of this package: what the history says an import was done with. Written here since the
 * library, which may be bundled, cannot read its package.json in both of its builds.
 */
export const TOOL_VERSION = '0.1.0'
