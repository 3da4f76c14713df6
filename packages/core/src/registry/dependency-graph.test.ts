import { describe, expect, test } from 'vitest'
import { dependencyGraph } from './dependency-graph.ts'
import type { Manifest } from './resolve.ts'

function manifest(id: string, rest: Partial<Manifest> = {}): Manifest {
  return {
    id,
    version: '1.0.0',
    priority: 0,
    dependencies: {},
    optionalDependencies: {},
    peers: {},
    incompatibleWith: [],
    ...rest,
  }
}

describe('dependencyGraph', () => {
  test('has the plugins, what they depend on, and the order that follows', () => {
    const graph = dependencyGraph([
      manifest('a', { dependencies: { b: '^1.0.0' }, optionalDependencies: { c: '*', theme: '^2.0.0' } }),
      manifest('b', { version: '1.4.0' }),
      manifest('c', { priority: 5, peers: { b: '>=1' } }),
    ])
    expect(graph).toEqual({
      nodes: [
        { id: 'a', version: '1.0.0' },
        { id: 'b', version: '1.4.0' },
        { id: 'c', version: '1.0.0' },
      ],
      edges: [
        { from: 'a', to: 'b', range: '^1.0.0', kind: 'required', optional: false, found: true },
        { from: 'a', to: 'c', range: '*', kind: 'optional', optional: true, found: true },
        { from: 'a', to: 'theme', range: '^2.0.0', kind: 'optional', optional: true, found: false },
        { from: 'c', to: 'b', range: '>=1', kind: 'peer', optional: false, found: true },
      ],
      order: ['c', 'b', 'a'],
    })
    expect(structuredClone(graph)).toEqual(graph)
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph)
  })

  test('shows a required plugin that failed as not found', () => {
    const { edges, nodes } = dependencyGraph([manifest('a', { dependencies: { gone: '*' } })])
    expect(nodes).toEqual([{ id: 'a', version: '1.0.0' }])
    expect(edges).toMatchObject([{ to: 'gone', optional: false, found: false }])
  })

  test('of nothing is empty', () => {
    expect(dependencyGraph([])).toEqual({ nodes: [], edges: [], order: [] })
  })

  test('shares nothing with what it was made from', () => {
    const given = manifest('a', { dependencies: { b: '*' } })
    const graph = dependencyGraph([given])
    Object.assign(given.dependencies, { b: '^9' })
    expect(graph.edges[0]?.range).toBe('*')
  })
})
