import { describe, expect, it } from '@jest/globals'
import {
  CircularDependencyResolver,
  type GraphModel,
} from '../../src/graph/circular-dependency-resolver.js'

describe('CircularDependencyResolver', () => {
  it('puts every model after the models it refers to, by level, then by name', () => {
    const models = [
      model('OrderItem', { order: 'Order', product: 'Product' }),
      model('Order', { customer: 'Customer' }),
      model('Customer', { tenant: 'Tenant' }),
      model('Product', { tenant: 'Tenant' }),
      model('Tenant'),
      model('Audit'),
    ]

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups.map((group) => [group.level, ...group.models])).toEqual([
      [0, 'Audit'],
      [0, 'Tenant'],
      [1, 'Customer'],
      [1, 'Product'],
      [2, 'Order'],
      [3, 'OrderItem'],
    ])
  })

  it('gives the same order however the models are passed', () => {
    const models = [
      model('D', { b: 'B', c: 'C' }),
      model('B', { c: 'C' }),
      model('C', { b: 'B', a: 'A' }),
      model('A'),
    ]

    const groups = new CircularDependencyResolver(models).resolve()
    const reversed = new CircularDependencyResolver(models.toReversed()).resolve()

    expect(groups).toEqual(reversed)
  })

  it('leaves out models that are not asked for and references to them', () => {
    const models = [model('Order', { customer: 'Customer' }), model('Customer'), model('Tag')]

    const groups = new CircularDependencyResolver(models).resolve(new Set(['Tag', 'Order']))

    expect(groups.map((group) => group.models)).toEqual([['Order'], ['Tag']])
  })

  it('notes self references without counting them as cycles', () => {
    const models = [model('Category', { parent: 'Category', root: 'Category' })]

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups).toEqual([
      {
        models: ['Category'],
        level: 0,
        selfReferences: ['Category.parent', 'Category.root'],
        cycles: [],
      },
    ])
  })

  it('joins models that refer to each other and names the way round', () => {
    const models = [
      model('User', { team: 'Team', tenant: 'Tenant' }),
      model('Team', { owner: 'User' }),
      model('Tenant'),
      model('Note', { author: 'User' }),
    ]

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups.map((group) => group.models)).toEqual([['Tenant'], ['Team', 'User'], ['Note']])
    expect(groups[1]?.cycles).toEqual(['Team.owner → User.team → Team'])
  })

  it('names cycles until every reference within the group is on one', () => {
    const models = [
      model('A', { toB: 'B', alsoToB: 'B' }),
      model('B', { toC: 'C', self: 'B' }),
      model('C', { toA: 'A', toB: 'B' }),
    ]

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups).toEqual([
      {
        models: ['A', 'B', 'C'],
        level: 0,
        selfReferences: ['B.self'],
        cycles: ['A.alsoToB → B.toC → C.toA → A', 'A.toB → B.toC → C.toA → A', 'B.toC → C.toB → B'],
      },
    ])
  })

  it('keeps two separate cycles apart', () => {
    const models = [
      model('A', { b: 'B' }),
      model('B', { a: 'A' }),
      model('C', { d: 'D', a: 'A' }),
      model('D', { c: 'C' }),
    ]

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups.map((group) => [group.level, ...group.models])).toEqual([
      [0, 'A', 'B'],
      [1, 'C', 'D'],
    ])
  })

  it('takes names that every JavaScript object has', () => {
    const models = [model('constructor', { valueOf: 'toString' }), model('toString')]

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups.map((group) => group.models)).toEqual([['toString'], ['constructor']])
  })

  it('orders a chain of a thousand models', () => {
    const models = Array.from({ length: 1000 }, (_, i) =>
      model(`M${i}`, i === 0 ? {} : { previous: `M${i - 1}` }),
    )

    const groups = new CircularDependencyResolver(models).resolve()

    expect(groups.map((group) => group.models[0])).toEqual(models.map(({ name }) => name))
  })
})

function model(name: string, references: Record<string, string> = {}): GraphModel {
  return {
    name,
    references: Object.entries(references).map(([field, target]) => ({ name: field, target })),
  }
}
