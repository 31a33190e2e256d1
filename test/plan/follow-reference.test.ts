import { describe, expect, it } from '@jest/globals'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import { followReference } from '../../src/plan/follow-reference.js'
import { buildModel, buildSource, reference } from './plan-builders.js'

const USER = buildModel('User', { fields: ['id', 'mail'] })

describe('followReference', () => {
  it('ends where references go in a circle, and takes another way', () => {
    const a = buildModel('A', {
      fields: ['id'],
      references: [reference('b: id -> B.id')],
    })
    const b = buildModel('B', {
      fields: ['id'],
      references: [reference('a: id -> A.id')],
    })
    const post = buildModel('Post', {
      fields: ['id', 'userId'],
      references: [reference('a: userId -> A.id'), reference('user: userId -> User.id')],
    })

    expect(follow([a, b, post, USER], 'Post', 'userId')).toEqual([
      { field: 'userId', targetField: 'id' },
    ])
    expect(follow([a, b, USER], 'A', 'id')).toBeNull()
  })

  it('knows no row by what is no key of it, or by a reference to no model of the import', () => {
    const post = buildModel('Post', {
      fields: ['id', 'mail', 'other'],
      references: [reference('user: mail -> User.mail'), reference('x: other -> Other.id')],
    })

    expect(follow([post, USER], 'Post', 'mail')).toBeNull()
    expect(follow([post, USER], 'Post', 'other')).toBeNull()
  })
})

function follow(models: readonly ManifestModel[], model: string, field: string) {
  const sources = new Map(models.map((each) => [each.name, buildSource(each)]))
  return followReference(sources, { model, field }, { owner: 'User', key: ['id'] })
}
