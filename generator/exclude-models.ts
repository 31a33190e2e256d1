import type { ExcludedModel, ManifestModel } from '../src/manifest/manifest.js'

/**
 * Parts what is loaded from what never is. References to the latter are left out: their columns are
 * loaded as they are. A join table goes where one of its models goes.
 *
 * @param reasons By name: why a model is never loaded.
 */
export function excludeModels(
  models: readonly ManifestModel[],
  reasons: ReadonlyMap<string, ExcludedModel['reason']>,
): { readonly loaded: readonly ManifestModel[]; readonly excluded: readonly ExcludedModel[] } {
  const reasonOf = ({ name, kind, references }: ManifestModel) =>
    kind === 'joinTable'
      ? references.map(({ target }) => reasons.get(target)).find((reason) => reason !== undefined)
      : reasons.get(name)
  return {
    loaded: models
      .filter((model) => reasonOf(model) === undefined)
      .map((model) => ({
        ...model,
        references: model.references.filter(({ target }) => !reasons.has(target)),
      })),
    excluded: models.flatMap((model) => {
      const reason = reasonOf(model)
      const { name, schema, table, files } = model
      return reason === undefined ? [] : [{ name, reason, schema, table, files }]
    }),
  }
}
