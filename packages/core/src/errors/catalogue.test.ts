import { describe, expect, test } from 'vitest'
import { GridKitError } from '../index.ts'
import * as contextErrors from './context-errors.ts'
import * as eventErrors from './event-errors.ts'
import * as pluginErrors from './plugin-errors.ts'
import * as storageErrors from './storage-errors.ts'
import * as tableErrors from './table-errors.ts'
import { messageOf } from './gridkit-error.ts'

const catalogue = { ...contextErrors, ...eventErrors, ...pluginErrors, ...storageErrors, ...tableErrors }
const cause = new Error('cause')
const problem = { path: 'metadata.id', message: 'missing required field: id', hint: 'give it' }
const samples: { readonly [K in keyof typeof catalogue]: Parameters<(typeof catalogue)[K]> } = {
  invalidPlugins: [new Map([['acme', [problem, problem]]])],
  unresolvedPlugins: [[problem]],
  pluginsAlreadyInstalled: [['acme', 'other']],
  pluginNotInstalled: ['acme'],
  pluginRequired: ['acme', ['a', 'b']],
  pluginFailed: ['acme', 'start', cause],
  pluginTimedOut: ['acme', 'start', 10],
  pluginsFailed: [[catalogue.pluginNotInstalled('acme')]],
  rangesUnavailable: [cause],
  addressInvalid: ['acme', 'http://', cause],
  installInterrupted: ['acme'],
  dependencyFailed: [['acme', 'other'], cause],
  pluginUnavailable: ['acme', 'export', 'stopped'],
  illegalTransition: ['acme', 'unloaded', 'running'],
  managerDestroyed: [],
  permissionDenied: ['acme', 'download'],
  methodExists: ['acme', 'export'],
  invalidEventType: ['Row'],
  eventCycle: [['a:b', 'a:c'], 101],
  handlerFailed: ['acme', "handler of 'a:b'", cause],
  contextClosed: ['acme', 'on'],
  noTable: ['rows.get'],
  storageValueInvalid: ['acme', 'key', 'key.a'],
  storageQuotaExceeded: ['acme', 'key', 11, 10],
  storageFailed: ['acme', "'key'", cause],
  rowNotFound: ['1'],
  rowExists: ['1'],
  rowNotEditable: ['1', 'why'],
  recipeFailed: ["row '1'", cause],
  downloadUnavailable: ['a.csv'],
  unknownColumns: [['a', 'b'], ['c']],
  featureMissing: ['selectRow', 'rowSelectionFeature'],
}

describe('the error catalogue', () => {
  const errors = Object.entries(catalogue).map(([name, factory]) => {
    const create = factory as (...parameters: readonly unknown[]) => GridKitError
    return { name, error: create(...samples[name as keyof typeof samples]) }
  })

  test.each(errors)('$name says what is wrong and what to do', ({ error }) => {
    expect(error).toBeInstanceOf(GridKitError)
    expect(error.name).toBe('GridKitError')
    expect(error.code).toMatch(/^GK_[A-Z_]+$/)
    expect(error.message).toMatch(/\S/)
    expect(error.hint).toMatch(/\S/)
    expect(error.message + error.hint).not.toMatch(/undefined|\[object/)
  })

  test('no two share a code', () => {
    expect(new Set(errors.map(({ error }) => error.code)).size).toBe(errors.length)
  })

  test('those that have a cause pass it on, and the others have none', () => {
    expect(catalogue.pluginFailed('acme', 'start', cause).cause).toBe(cause)
    expect('cause' in catalogue.rowNotFound('1')).toBe(false)
    expect(catalogue.handlerFailed(undefined, 'a handler', cause).pluginId).toBeUndefined()
    expect(catalogue.dependencyFailed([], cause).pluginId).toBe('')
    expect(catalogue.invalidPlugins(new Map()).pluginId).toBeUndefined()
  })

  test('anything thrown has a text', () => {
    expect([cause, 'text', 7, undefined].map(messageOf)).toEqual([
      'cause',
      'text',
      'a thrown number',
      'a thrown undefined',
    ])
  })
})
