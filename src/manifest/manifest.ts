/**
 * The import manifest: names and intent, read from the Prisma schema at build time. It knows nothing
 * of Prisma's own shapes, so that another reader can write it one day. What is really in the
 * database (types, constraints, sequences) is read from the live catalog, never from here.
 */
export interface Manifest {
  /** Shape of this file. A reader refuses every other number. */
  readonly version: 1
  /** In byte order of their names. Join tables of implicit many-to-many relations are models too. */
  readonly models: readonly ManifestModel[]
  /** In byte order of their names. */
  readonly enums: readonly ManifestEnum[]
  /** What the schema has but an import never loads, in byte order of the names. */
  readonly excluded: readonly ExcludedModel[]
  /** `prisma`: the database has no foreign keys, references are looked up instead. */
  readonly relationMode: 'foreignKeys' | 'prisma'
}

/** A view, a model that Prisma ignores, or one that an annotation leaves out. */
export interface ExcludedModel {
  readonly name: string
  /** `view`, `@@ignore` or `@gyro.skip`. */
  readonly reason: 'view' | 'ignored' | 'skipped'
  readonly schema: string | null
  /** The database name. */
  readonly table: string
  /** As for `ManifestModel`: to know its file in a folder. */
  readonly files: readonly string[]
}

export interface ManifestModel {
  /** The Prisma name, such as `Order`, or `_PostToTag` for a join table. */
  readonly name: string
  readonly kind: 'model' | 'joinTable'
  /** `@@schema`; null means the schema of the connection. */
  readonly schema: string | null
  /** The database name of the table. */
  readonly table: string
  /** In schema order. Only columns that the database has: no relation fields. */
  readonly columns: readonly ManifestColumn[]
  /** Field names of `@id` or `@@id`, in order; null for a model that has only `@unique`. */
  readonly primaryKey: readonly string[] | null
  /** Field names of each `@unique` and `@@unique`, without the primary key. */
  readonly uniques: readonly (readonly string[])[]
  /** Field names of `@gyro.key`: what tells a row from others in real life. Null when not written. */
  readonly businessKey: readonly string[] | null
  /** `@gyro.strategy`; null when not written. */
  readonly strategy: ManifestStrategy | null
  /** In schema order. */
  readonly references: readonly ManifestReference[]
  /**
   * File names without extension that belong to the model and to no other, the first being the
   * usual one.
   */
  readonly files: readonly string[]
}

/** How the keys of a model are chosen where the import does not say. */
export type ManifestStrategy = 'sequential' | 'hash' | 'fresh' | 'match' | 'none'

export interface ManifestColumn {
  /** The Prisma name. */
  readonly field: string
  /** The database name. */
  readonly column: string
  /** `Unsupported`: a type that Prisma has no name for; its text goes to PostgreSQL as it is. */
  readonly type: ScalarType | 'Enum' | 'Unsupported'
  /** Name of the enum when `type` is `Enum`, else null. */
  readonly enum: string | null
  /** `@db.VarChar(120)` is `{ name: 'VarChar', args: ['120'] }`; null when none is written. */
  readonly nativeType: NativeType | null
  readonly isList: boolean
  /** False for an optional field. Lists count as required in Prisma, though the column is nullable. */
  readonly isRequired: boolean
  /** Who makes the value of an absent column; null when nobody does. */
  readonly default: ColumnDefault | null
  readonly isUpdatedAt: boolean
  /** Whether Prisma Client does not know the column: `Unsupported` or `@ignore`. */
  readonly isHidden: boolean
  /** `@gyro.skip`: left out even where the file has it. */
  readonly isSkipped: boolean
  /** Accepted header cells, the first being the usual one. */
  readonly headers: readonly string[]
}

export type ScalarType =
  | 'String'
  | 'Boolean'
  | 'Int'
  | 'BigInt'
  | 'Float'
  | 'Decimal'
  | 'DateTime'
  | 'Json'
  | 'Bytes'

export interface NativeType {
  readonly name: string
  readonly args: readonly string[]
}

/** `database`: leave the column out of COPY. `client`: Prisma Client would have made the value. */
export type ColumnDefault =
  | { readonly by: 'database'; readonly make: DatabaseDefault }
  | {
      readonly by: 'client'
      readonly make: ClientDefault
      readonly args: readonly (string | number)[]
    }

/** `value`: a literal or whatever `dbgenerated` says. */
export type DatabaseDefault = 'autoincrement' | 'now' | 'value'

/** Functions of the Prisma schema whose values the database does not make. */
export type ClientDefault = 'uuid' | 'cuid' | 'nanoid' | 'ulid'

/** A foreign key, as the Prisma schema knows it, or a relation that only an annotation names. */
export interface ManifestReference {
  /** The relation field, such as `customer`; the field for a join table or an annotation. */
  readonly name: string
  /** Field names of this model, in the order of `targetFields`. */
  readonly fields: readonly string[]
  /** The Prisma name of the model referred to; may be the model itself. */
  readonly target: string
  /** Field names of the target: its primary key or a unique. */
  readonly targetFields: readonly string[]
  /** Whether a row may refer to nothing: one of `fields` is optional. */
  readonly isNullable: boolean
  /** `annotation`: `@gyro.references`, for which the database has no foreign key. */
  readonly origin: 'relation' | 'annotation'
}

export interface ManifestEnum {
  readonly name: string
  /** `@@schema`; null means the schema of the connection. */
  readonly schema: string | null
  /** The database name of the type. */
  readonly type: string
  /** `value` is what the database stores for `name`: they differ under `@map`. In schema order. */
  readonly values: readonly { readonly name: string; readonly value: string }[]
}
