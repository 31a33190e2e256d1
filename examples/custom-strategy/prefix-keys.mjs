/**
 * A strategy of your own: the key as it was, behind a prefix, so that the same rows of two systems can
 * live in one table and each still tells where it came from.
 *
 * @param {string} prefix Such as `crm-`.
 * @returns {import('prisma-gyro').IdRemappingStrategy}
 */
export function prefixKeys(prefix) {
  return {
    name: `prefix ${prefix}`,
    // Some thousand keys at a time; async too, for one that asks a service or a table of its own.
    mapKeys: (sources, { model, type }) => {
      if (!/^(text|character varying)/.test(type)) {
        throw new TypeError(`The keys of ${model} are of the type ${type}: they take no prefix`)
      }
      return sources.map((source) => `${prefix}${source}`)
    },
  }
}
