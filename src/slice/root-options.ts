/** Which rows an export begins with; every one of several conditions and keys adds rows. */
export interface RootOptions {
  /**
   * Conditions by model: SQL expressions over the fields or columns of one row. They are read, checked
   * against what is allowed and written anew; a text in them never becomes SQL.
   * @example { Tenant: 'id = 7', Order: { sql: 'customerId = $1 and total > 100', values: [12] } }
   */
  readonly where?: Readonly<Record<string, RowCondition | readonly RowCondition[]>>
  /**
   * Keys of rows by model.
   * @example { Tenant: [7, 9], Membership: [{ userId: 3, teamId: 7 }] }
   */
  readonly roots?: Readonly<Record<string, readonly RootKey[]>>
}

/** An expression, or one with placeholders `$1`, `$2`, … and what they stand for. */
export type RowCondition =
  | string
  | {
      readonly sql: string
      /** Each is used, and each placeholder has one. */
      readonly values?: readonly unknown[]
    }

/** The key of a row, or an object with the fields of its key. */
export type RootKey = RootKeyPart | Readonly<Record<string, RootKeyPart>>

export type RootKeyPart = string | number | bigint | boolean | Date
