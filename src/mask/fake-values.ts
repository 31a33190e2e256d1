import { fakerMissing, unknownFake, unknownFakeMethod } from './mask-error.js'
import type { MaskedField } from './mask-options.js'
import { digestOf } from './value-hash.js'

/** Makes the fake value that stands for another one. */
export type FakeMaker = (value: string) => string

/**
 * The part of a `Faker` that is used. Structural, so that who compiles against this package needs no types
 * of that one.
 */
export interface FakeSource {
  seed(parts: number[]): unknown
}

/** By the name of a field in lower case, without anything but letters. */
const METHODS: Readonly<Record<string, string>> = {
  // Domains that are for examples: others may be those of real people.
  email: 'internet.exampleEmail',
  emailaddress: 'internet.exampleEmail',
  mail: 'internet.exampleEmail',
  name: 'person.fullName',
  fullname: 'person.fullName',
  displayname: 'person.fullName',
  firstname: 'person.firstName',
  givenname: 'person.firstName',
  lastname: 'person.lastName',
  familyname: 'person.lastName',
  surname: 'person.lastName',
  username: 'internet.username',
  login: 'internet.username',
  phone: 'phone.number',
  phonenumber: 'phone.number',
  mobile: 'phone.number',
  street: 'location.streetAddress',
  address: 'location.streetAddress',
  city: 'location.city',
  zip: 'location.zipCode',
  zipcode: 'location.zipCode',
  postalcode: 'location.zipCode',
  state: 'location.state',
  country: 'location.country',
  company: 'company.name',
  companyname: 'company.name',
  url: 'internet.url',
  website: 'internet.url',
  ip: 'internet.ip',
  ipaddress: 'internet.ip',
  iban: 'finance.iban',
}

/**
 * What makes fake values, one of our own: that of the program keeps its seed.
 *
 * @throws {GyroError} `MASK.FAKER_MISSING`.
 */
export async function loadFaker(): Promise<FakeSource> {
  const loaded = await import('@faker-js/faker').catch((error: unknown) => {
    throw fakerMissing(error)
  })
  const { Faker: FakerClass, en, base } = loaded
  const faker = new FakerClass({ locale: [en, base] })
  // What is made of dates is the same on each day.
  faker.setDefaultRefDate('2024-01-01T00:00:00.000Z')
  return faker
}

/**
 * What makes the fake values of a field: the same value gives the same, under the same key.
 *
 * @param method `module.method`; null means the one that the name of the field tells.
 * @throws {GyroError} `MASK.UNKNOWN_FAKE`.
 */
export function buildFakeMaker(
  faker: FakeSource,
  place: MaskedField,
  { key, method }: { readonly key: string; readonly method: string | null },
): FakeMaker {
  const name = method ?? METHODS[place.field.toLowerCase().replaceAll(/[^a-z]/g, '')]
  if (name === undefined) throw unknownFake(place, Object.keys(METHODS))
  const make = findMethod(faker, name)
  const known = () => [...new Set(Object.values(METHODS))]
  if (make === null) throw unknownFakeMethod(place, name, known())
  const makeText = (seed: string): string | null => {
    // Of 64 bits: with 32, values would meet too often.
    faker.seed([Number.parseInt(seed.slice(0, 8), 16), Number.parseInt(seed.slice(8, 16), 16)])
    return writeResult(make())
  }
  if (tryText(makeText) === null) throw unknownFakeMethod(place, name, known())
  return (value) => makeText(digestOf(key, 'fake', value)) ?? ''
}

/** The method of a module of the faker, and nothing that every object has. */
function findMethod(faker: FakeSource, name: string): (() => unknown) | null {
  const [, part, method] = /^([a-z]\w*)\.([a-z]\w*)$/i.exec(name) ?? []
  if (part === undefined || method === undefined || !Object.hasOwn(faker, part)) return null
  const owner = (faker as unknown as Readonly<Record<string, unknown>>)[part]
  if (typeof owner !== 'object' || owner === null || method in Object.prototype) return null
  const found = (owner as Readonly<Record<string, unknown>>)[method]
  return typeof found === 'function' ? () => found.call(owner) : null
}

/** A method that needs arguments throws. */
function tryText(make: (seed: string) => string | null): string | null {
  try {
    return make('0123456789abcdef')
  } catch {
    return null
  }
}

function writeResult(result: unknown): string | null {
  if (result instanceof Date) return result.toISOString()
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof result) ? String(result) : null
}
