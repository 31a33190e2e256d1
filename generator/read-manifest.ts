import type { DMMF } from '@prisma/generator-helper'
import type { Manifest, ManifestEnum, ManifestModel } from '../src/manifest/manifest.js'
import { chooseNames } from './choose-names.js'
import { readJoinTables } from './read-join-tables.js'
import { readModel } from './read-model.js'

/** The parts of the DMMF that the manifest is made of. */
export type Datamodel = Pick<DMMF.Datamodel, 'models' | 'enums'>

/** What Prisma knows of the schema, in words of our own. All knowledge of the DMMF ends here. */
export function readManifest({ models, enums }: Datamodel): Manifest {
  return {
    version: 1,
    models: withFiles([...models.map(readModel), ...readJoinTables(models)].sort(byName)),
    enums: enums.map(readEnum).sort(byName),
    excluded: [],
    relationMode: 'foreignKeys',
  }
}

function withFiles(models: readonly Omit<ManifestModel, 'files'>[]): readonly ManifestModel[] {
  const files = chooseNames(
    // Without `@@schema` exports mostly call it `public.orders`, as pg_dump does.
    models.map(({ name, schema, table }) => [name, table, `${schema ?? 'public'}.${table}`]),
  )
  return models.map((model, i) => ({ ...model, files: files[i] as readonly string[] }))
}

function readEnum({ name, dbName, values }: DMMF.DatamodelEnum): ManifestEnum {
  return {
    name,
    schema: null,
    type: dbName ?? name,
    values: values.map((value) => ({ name: value.name, value: value.dbName ?? value.name })),
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
