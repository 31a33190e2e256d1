import { describe, expect, it } from '@jest/globals'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import { buildKeyRoles, targetsOf } from '../../src/plan/key-roles.js'
import { buildModel, reference } from './plan-builders.js'

const USER = buildModel('User', { fields: ['id', 'email'] })

describe('buildKeyRoles', () => {
  it.each<
    [
      string,
      readonly ManifestModel[],
      Readonly<Record<string, string>>,
      Record<string, string | null>,
    ]
  >([
    [
      'a reference to the key it refers to',
      [
        USER,
        buildModel('Post', {
          fields: ['id', 'userId'],
          references: [reference('user: userId -> User.id')],
        }),
      ],
      { User: 'id', Post: 'id' },
      { 'User.id': 'User', 'User.email': null, 'Post.id': 'Post', 'Post.userId': 'User' },
    ],
    [
      'nothing where the target keeps its keys',
      [
        USER,
        buildModel('Post', {
          fields: ['id', 'userId'],
          references: [reference('user: userId -> User.id')],
        }),
      ],
      { Post: 'id' },
      { 'User.id': null, 'Post.userId': null },
    ],
    [
      'a reference to a unique that is no key to nothing',
      [
        USER,
        buildModel('Post', {
          fields: ['id', 'mail'],
          references: [reference('user: mail -> User.email')],
        }),
      ],
      { User: 'id' },
      { 'Post.mail': null },
    ],
    [
      'a key that is a reference, and references to that',
      [
        USER,
        buildModel('Profile', {
          fields: ['userId'],
          references: [reference('user: userId -> User.id')],
        }),
        buildModel('Badge', {
          fields: ['id', 'profileId'],
          references: [reference('profile: profileId -> Profile.userId')],
        }),
      ],
      { User: 'id', Badge: 'id' },
      { 'Profile.userId': 'User', 'Badge.profileId': 'User', 'Badge.id': 'Badge' },
    ],
    [
      'a reference to a model that is not imported to nothing, also where it leads on',
      [
        USER,
        buildModel('Badge', {
          fields: ['id', 'profileId'],
          references: [reference('profile: profileId -> Profile.userId')],
        }),
      ],
      { User: 'id' },
      { 'Badge.profileId': null },
    ],
    [
      'references of several columns that share one',
      [
        buildModel('Tenant', { fields: ['id'] }),
        buildModel('Shop', {
          fields: ['tenantId', 'code'],
          primaryKey: ['tenantId', 'code'],
          references: [reference('tenant: tenantId -> Tenant.id')],
        }),
        buildModel('Customer', {
          fields: ['id', 'tenantId'],
          references: [reference('tenant: tenantId -> Tenant.id')],
        }),
        buildModel('Order', {
          fields: ['id', 'tenantId', 'shopCode', 'customerId'],
          references: [
            reference('shop: tenantId, shopCode -> Shop.tenantId, code'),
            reference('customer: tenantId, customerId -> Customer.tenantId, id'),
          ],
        }),
      ],
      { Tenant: 'id', Customer: 'id', Order: 'id' },
      {
        'Shop.tenantId': 'Tenant',
        'Shop.code': null,
        'Order.tenantId': 'Tenant',
        'Order.shopCode': null,
        'Order.customerId': 'Customer',
      },
    ],
    [
      'a tree with a composite key',
      [
        buildModel('Node', {
          fields: ['treeId', 'id', 'parentId?'],
          primaryKey: ['treeId', 'id'],
          references: [reference('parent: treeId, parentId -> Node.treeId, id')],
        }),
      ],
      { Node: 'id' },
      { 'Node.treeId': null, 'Node.id': 'Node', 'Node.parentId': 'Node' },
    ],
    [
      'a tree',
      [
        buildModel('Node', {
          fields: ['id', 'parentId?'],
          references: [reference('parent: parentId -> Node.id')],
        }),
      ],
      { Node: 'id' },
      { 'Node.id': 'Node', 'Node.parentId': 'Node' },
    ],
    [
      'a join table to both sides',
      [
        USER,
        buildModel('Tag', { fields: ['id'] }),
        buildModel('_TagToUser', {
          fields: ['A', 'B'],
          primaryKey: ['A', 'B'],
          references: [reference('A: A -> Tag.id'), reference('B: B -> User.id')],
        }),
      ],
      { User: 'id', Tag: 'id' },
      { '_TagToUser.A': 'Tag', '_TagToUser.B': 'User' },
    ],
    [
      'references in a circle to nothing',
      [
        buildModel('Left', { fields: ['id'], references: [reference('right: id -> Right.id')] }),
        buildModel('Right', { fields: ['id'], references: [reference('left: id -> Left.id')] }),
      ],
      {},
      { 'Left.id': null, 'Right.id': null },
    ],
  ])('follows %s', (_, models, assigned, wanted) => {
    const roles = buildKeyRoles(models, new Map(Object.entries(assigned)))

    expect(roles.problems).toEqual([])
    for (const [place, owner] of Object.entries(wanted)) {
      const [model = '', field = ''] = place.split('.')
      expect([place, roles.ownerOf(model, field)]).toEqual([place, owner])
    }
  })

  it('knows nothing of what is not imported', () => {
    const roles = buildKeyRoles([USER], new Map([['User', 'id']]))

    expect(roles.ownerOf('Other', 'id')).toBeNull()
  })

  it('says that a field refers to the keys of two models, once', () => {
    const team = buildModel('Team', { fields: ['id'] })
    const grant = buildModel('Grant', {
      fields: ['id', 'holderId'],
      references: [reference('user: holderId -> User.id'), reference('team: holderId -> Team.id')],
    })
    const use = buildModel('Use', {
      fields: ['id', 'holderId'],
      references: [reference('grant: holderId -> Grant.holderId')],
    })
    const assigned = new Map([
      ['User', 'id'],
      ['Team', 'id'],
    ])

    const { problems } = buildKeyRoles([use, grant, USER, team], assigned)

    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'KEYS.CONFLICT',
        'Grant.holderId refers to two models. It would have to follow the new keys of User and of Team, which differ. Keep the keys of one of them: --remap-strategy User=none.',
      ],
    ])
    expect(buildKeyRoles([USER, team], assigned).problems).toEqual([])
    expect(buildKeyRoles([grant, USER, team], new Map([['Team', 'id']])).problems).toEqual([])
  })
})

describe('targetsOf', () => {
  it('leaves out a field that stands for itself', () => {
    const node = buildModel('Node', {
      fields: ['treeId', 'id', 'parentId'],
      references: [
        reference('parent: treeId, parentId -> Node.treeId, id'),
        reference('tree: treeId -> Tree.id'),
      ],
    })

    expect(targetsOf(node, 'treeId')).toEqual([{ target: 'Tree', targetField: 'id' }])
    expect(targetsOf(node, 'parentId')).toEqual([{ target: 'Node', targetField: 'id' }])
    expect(targetsOf(node, 'id')).toEqual([])
  })
})
