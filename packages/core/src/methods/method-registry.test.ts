import { describe, expect, test } from 'vitest'
import { MethodRegistry } from './method-registry.ts'

const call = (): Promise<unknown> => Promise.resolve()

describe('MethodRegistry', () => {
  test('a name stays as long as anyone holds it', () => {
    const registry = new MethodRegistry()
    const changes: string[][] = []
    const unsubscribe = registry.subscribe(() => changes.push([...registry.names()]))
    const listed = registry.declare('acme', ['export', 'export'])
    const running = registry.declare('acme', ['export'])
    const registered = registry.register('acme', 'export', call)
    expect([registry.ownerOf('export'), registry.find('export')]).toEqual(['acme', call])
    registered()
    running()
    expect(registry.names()).toEqual(['export'])
    expect(registry.find('export')).toBeUndefined()
    listed()
    listed()
    expect(registry.names()).toEqual([])
    expect(changes[0]).toEqual(['export'])
    const before = changes.length
    unsubscribe()
    registry.declare('acme', ['export'])
    expect(changes).toHaveLength(before)
  })

  test('a method that was not declared comes and goes with its registration', () => {
    const registry = new MethodRegistry()
    const undo = registry.register('acme', 'export', call)
    expect(() => registry.register('acme', 'export', call)).toThrow("can't register 'export'")
    undo()
    expect(registry.names()).toEqual([])
  })

  test('refuses names of others, of groups and of the table, and declares none then', () => {
    const registry = new MethodRegistry()
    registry.reserve((name) => name === 'setSorting')
    registry.declare('acme', ['export', 'audit.query'])
    for (const name of ['export', 'export.csv', 'audit', 'audit.query', 'audit.query.fast', 'setSorting'])
      expect(() => registry.declare('other', ['fine', name])).toThrow(`can't register '${name}'`)
    expect(() => registry.declare('other', ['fine', 'fine.too'])).toThrow("can't register 'fine.too'")
    expect(registry.names()).toEqual(['export', 'audit.query'])
    registry.declare('other', ['audit.clear', 'exporter'])
    expect(registry.names()).toEqual(['export', 'audit.query', 'audit.clear', 'exporter'])
  })

  test('refuses what would make a promise of the table, or of a group of methods', () => {
    const registry = new MethodRegistry()
    for (const name of ['then', 'audit.then'])
      expect(() => registry.declare('acme', [name])).toThrow(`can't register '${name}'`)
    expect(registry.names()).toEqual([])
  })
})
