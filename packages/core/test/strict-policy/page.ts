import {
  createTable,
  definePlugin,
  EnhancedPluginManager,
  messageOf,
  type AnyPlugin,
  type GridKitError,
} from '../../src/index.ts'

/** What the page did under its policy. */
export interface PolicyReport {
  readonly statuses: readonly string[]
  /** How often this page was opened, as a plugin counted it in IndexedDB. */
  readonly visits: number
  readonly config: unknown
  readonly answer: unknown
  readonly rows: readonly string[]
  readonly operations: readonly string[]
  readonly audited: number
  /** Codes of what was refused, as it should be. */
  readonly refused: readonly string[]
}

declare global {
  /** Resolves when all is done. */
  var policyReport: Promise<PolicyReport> | undefined
  /** What the browser refused. */
  var policyViolations: string[] | undefined
  /** Whether text can become code here. */
  var textBecomesCode: (() => boolean) | undefined
}

const violations: string[] = []
globalThis.policyViolations = violations
globalThis.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  violations.push(`${violatedDirective}: ${blockedURI}`),
)

const metadata = (id: string, version: string): AnyPlugin['metadata'] => ({
  id,
  name: id,
  version,
  category: 'utility',
})

const visits = definePlugin({
  metadata: metadata('visits', '2.3.0'),
  requiredPermissions: ['storage:use', 'methods:register'],
  methods: ['visits.count'],
  migrations: [{ version: 1, up: (storage) => storage.set('count', 0) }],
  async initialize(context) {
    context.storage.set('count', (context.storage.get<number>('count') ?? Number.NaN) + 1)
    context.registerMethod('visits.count', () => context.storage.get('count'))
    context.onMessage((message) => ({ echo: message }))
    await context.storage.flush()
  },
})

const heard: string[] = []
let config: unknown
let answer: unknown

const watcher = (sigma?: number): AnyPlugin =>
  definePlugin({
    metadata: { ...metadata('watcher', '1.0.0'), coreVersion: '>=0.0.1' },
    dependencies: { visits: '^2.1.0 || 3.x' },
    configSchema: {
      type: 'object',
      properties: { sigma: { type: 'number', default: 3, minimum: 1 } },
    },
    ...(sigma === undefined ? {} : { config: { sigma } }),
    requiredPermissions: [
      'state:read',
      'state:write',
      'rows:update',
      'events:subscribe',
      'messages:send:visits',
    ],
    initialize(context) {
      config = context.config
      context.on('*', ({ type }) => void heard.push(type))
    },
    async start(context) {
      answer = await context.request('visits', { asks: 'watcher' })
      context.updateTableState((draft) => {
        draft.sorting = [{ id: 'name', desc: true }]
      })
      context.rows.update('1', { name: 'Zoe' })
    },
  })

const codeOf = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    await run()
    return 'nothing was refused'
  } catch (error) {
    return (error as Partial<GridKitError>).code ?? messageOf(error)
  }
}

async function refusals(): Promise<readonly string[]> {
  // What is refused is logged, and the console is to stay empty.
  const install = (plugin: AnyPlugin) => (): Promise<unknown> =>
    new EnhancedPluginManager({ log: () => {} }).installPlugins([visits, plugin])
  return [
    await codeOf(install(watcher(0))),
    await codeOf(install({ ...watcher(), dependencies: { visits: '>>2' } })),
    await codeOf(install({ ...watcher(), dependencies: { visits: '^3.0.0' } })),
  ]
}

async function run(): Promise<PolicyReport> {
  const table = createTable({
    id: 'strict-policy',
    storage: 'indexedDB',
    data: ['Ada', 'Bob', 'Cy'].map((name, index) => ({ id: String(index + 1), name })),
    columns: [{ accessorKey: 'name', header: 'Name' }],
    getRowId: ({ id }) => id,
    features: { plugins: [visits, watcher()] },
  })
  table.plugins.start()
  await table.plugins.ready
  const count = Number(await table.plugins.callMethod('visits.count', []))
  table.setGlobalFilter('o')
  const rows = table.getRowModel().rows.map(({ original }) => original.name)
  const statuses = table.plugins.listPlugins().map(({ id, status }) => `${id} ${status}`)
  const audited = table.plugins.permissionAudit.query({ plugin: 'watcher' }).length
  await table.destroy()
  return {
    statuses,
    visits: count,
    config,
    answer,
    rows,
    operations: heard.filter((type) => !type.startsWith('plugin:')),
    audited,
    refused: await refusals(),
  }
}

globalThis.textBecomesCode = () => {
  try {
    return Reflect.construct(Function, ['return true'])() === true
  } catch {
    return false
  }
}
globalThis.policyReport = run()
