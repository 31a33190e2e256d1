import type { ManifestColumn } from '../../src/manifest/manifest.js'

/** An optional field of this type; an enum is `Role`. */
export function columnOf(
  field: string,
  type: ManifestColumn['type'],
  isList = false,
): ManifestColumn {
  return {
    field,
    column: field,
    type,
    enum: type === 'Enum' ? 'Role' : null,
    nativeType: null,
    isList,
    isRequired: isList,
    default: null,
    isUpdatedAt: false,
    isHidden: false,
    isSkipped: false,
    headers: [field],
  }
}
