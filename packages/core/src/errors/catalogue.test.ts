import { describe, expect, test } from 'vitest'
import { GridKitError } from '../index.ts'
import * as contextErrors from './context-errors.ts'
import * as eventErrors from './event-errors.ts'
import * as healthErrors from './health-errors.ts'
import * as hookErrors from './hook-errors.ts'
import * as limitErrors from './limit-errors.ts'
import * as hotReloadErrors from './hot-reload-errors.ts'
import * as messageErrors from './message-errors.ts'
import * as metricErrors from './metric-errors.ts'
import * as pluginErrors from './plugin-errors.ts'
import * as reloadErrors from './reload-errors.ts'
import * as serviceErrors from './service-errors.ts'
import * as sourceErrors from './source-errors.ts'
import * as storageErrors from './storage-errors.ts'
import * as tableErrors from './table-errors.ts'
import { messageOf } from './gridkit-error.ts'

const catalogue = {
  ...contextErrors,
  ...eventErrors,
  ...healthErrors,
  ...hookErrors,
  ...limitErrors,
  ...hotReloadErrors,
  ...messageErrors,
  ...metricErrors,
  ...pluginErrors,
  ...reloadErrors,
  ...serviceErrors,
  ...sourceErrors,
  ...storageErrors,
  ...tableErrors,
}
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
  storageNotOpen: ['acme'],
  partUnavailable: ['storage', cause],
  addressInvalid: ['acme', 'http://', cause],
  installInterrupted: ['acme'],
  dependencyFailed: [['acme', 'other'], cause],
  pluginUnavailable: ['acme', 'export', 'stopped'],
  pluginSuspended: ['acme', 'emit'],
  reloadRolledBack: ['acme', '2.0.0', cause],
  rollbackFailed: ['acme', cause, cause],
  otherPluginGiven: ['acme', 'other'],
  noHotReloadSource: ['acme'],
  reloadSourceFailed: ['acme', cause],
  reloadEventsLost: ['acme', 3],
  callTimedOut: ['acme', 'export', 30_000],
  tooManyCalls: ['acme', 'export', 1000],
  illegalTransition: ['acme', 'unloaded', 'running'],
  managerDestroyed: [],
  permissionDenied: ['acme', ['download', 'state:read'], 'no-prompt'],
  permissionPolicyFailed: ['acme', 'download', cause],
  methodExists: ['acme', 'export'],
  invalidEventType: ['Row'],
  eventCycle: [['a:b', 'a:c'], 101],
  handlerFailed: ['acme', "handler of 'a:b'", cause],
  eventTimedOut: ['row:*', 10],
  waitEnded: ['row:*', 'the bus was cleared', cause],
  noReceiver: ['acme', 'other'],
  messageInvalid: ['acme', 'message.rows[0]', cause],
  messageHandlerExists: ['acme'],
  requestFailed: ['acme', 'other', cause],
  requestTimedOut: ['acme', 'other', 10],
  requestAborted: ['acme', 'other', 'its signal aborted'],
  receiverGone: ['acme', 'other'],
  hotUpdateFailed: ['/src/acme.ts', cause],
  serviceInvalid: ['acme', 'totals'],
  serviceExists: ['acme', 'totals'],
  serviceGone: ['acme', 'other', 'totals'],
  serviceMethodUnknown: ['acme', 'other', 'totals', 'sun', ['sum', 'mean']],
  serviceTimedOut: ['acme', 'other', 'totals', 'sum', 30_000, false],
  serviceFailed: ['acme', 'other', 'totals', 'sum', cause],
  healthCheckTimedOut: ['acme', 5_000],
  healthReportInvalid: ['acme'],
  invalidErrorThreshold: ['acme', [problem, problem]],
  rateLimited: ['acme', 'emit', 100, 200],
  tooManyHandlers: ['acme', 10],
  cpuLimitExceeded: ['acme', 62.5, 10_000, 50],
  metricNameInvalid: ['acme', 'label', 'le'],
  metricExists: ['acme', 'rows', 'a gauge'],
  metricValueInvalid: ['acme', 'rows', Number.NaN, 'finite numbers'],
  metricBucketsInvalid: ['acme', 'rows'],
  tooManyMetrics: ['acme', 'rows', 100],
  contextClosed: ['acme', 'on'],
  noTable: ['rows.get'],
  invalidConfigs: [new Map([['acme', [problem, problem]]])],
  invalidPluginsConfig: [[problem, problem]],
  noLoader: ['acme', ['modules']],
  loadFailed: ['acme', 'modules', cause],
  notAPlugin: ['a text came'],
  loadTimedOut: ['acme', 'modules', 10],
  loadAborted: ['acme', 'modules'],
  otherVersionLoaded: ['acme', 'modules', '^2.0.0', '1.0.0'],
  otherPluginLoaded: ['modules', 'acme', 'other'],
  updateFailed: ['acme', '2.0.0', cause],
  loaderFailed: ['modules', 'canLoad', 'acme', cause],
  invalidLatestVersion: ['newest'],
  storageValueInvalid: ['acme', 'key', 'key.a', 'a function', cause],
  storageQuotaExceeded: ['acme', 'key', 11, 10],
  storageFailed: ['acme', "'key'", cause],
  storageNotDurable: ['acme', cause],
  storageUnavailable: ['IndexedDB', cause],
  storageCorrupt: ['acme', "'key'", "'1:key' in 'table/acme~backup'", cause],
  storageMigrationFailed: ['acme', 'up', 2, cause],
  storageMigrationOneWay: ['acme', 2],
  storageNewer: ['acme', 3, 2],
  storageClosed: ['acme', 'a migration', 'storage.set'],
  rowNotFound: ['1'],
  rowExists: ['1'],
  rowNotEditable: ['1', 'why'],
  recipeFailed: ["row '1'", cause],
  notPlainData: ["row 'a'"],
  downloadUnavailable: ['a.csv'],
  unknownColumns: [['a', 'b'], ['c']],
  featureMissing: ['selectRow', 'rowSelectionFeature'],
  errorWithheld: ['acme', 'rows.update'],
  applicationFailed: ['acme', 'row:update', cause],
  operationCancelled: ['row:update', 'acme', 'why'],
  operationCycle: [['row:update', 'sort:change'], 101],
  hookPointInvalid: ['acme', 'before'],
  amendmentInvalid: ['acme', 'row:update', 'after is no object'],
  hookEnded: ['acme', 'amend', "its hook 'before:*'"],
  hookTimedOut: ['acme', "hook 'before:*'", 5_000, 'cancel'],
  hookOrderCycle: [['acme', 'other'], 'before:row:update'],
  middlewareExists: ['acme', 'trace'],
  nextCalledTwice: ['acme', 'trace'],
  middlewareInvalid: ['acme', 'trace', "'rows:*', which are no operations"],
  afterHooksLost: ['acme', 3],
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
