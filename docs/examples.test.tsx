import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { act, render, screen } from '@testing-library/react'
import { createTable, definePlugin, GridKitError } from '@gridkit/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { editCounter } from './examples/edit-counter.ts'
import { startPlugins } from './examples/managed-plugins.ts'
import { PeopleGrid } from './examples/people-grid.tsx'
import { salaryGuard } from './examples/salary-guard.ts'
import { pricesPlugin, ratesPlugin } from './examples/services.ts'
import { lookAt, startSupervised } from './examples/supervision.ts'
import { validationPlugin } from './examples/validation-plugin.ts'
import { findExpensive } from './examples/without-react.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The pages whose code blocks are tested. */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

interface CodeBlock {
  readonly page: string
  readonly file: string | undefined
  readonly language: string
  readonly code: string
}

function codeBlocks(page: string): readonly CodeBlock[] {
  const fence = /(?:<!-- (\S+) -->\n+)?```(\w*)\n([\s\S]*?)```/g
  return [...read(page).matchAll(fence)].map(([, file, language = '', code = '']) => ({
    page,
    file,
    language,
    code,
  }))
}

const blocks = pages.flatMap(codeBlocks)
const programs = blocks.filter(({ language }) => ['ts', 'tsx', 'js', 'jsx'].includes(language))
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.trim().split('\n'))

describe('code blocks', () => {
  test.each(programs.map((block) => [`${block.page}: ${block.file ?? block.code.slice(0, 40)}`, block]))(
    '%s is a tested example, letter for letter',
    (_, { file, code }) => {
      expect(file).toBeDefined()
      expect(code).toBe(read(file ?? ''))
    },
  )

  test('every command is one that .ci/run or the e2e tests run', () => {
    const ran = `${read('scripts/ci.mjs')}\n${read('e2e/playwright.config.ts')}`
    expect(commands.length).toBeGreaterThan(0)
    for (const command of commands) {
      const [words = ''] = command.split('#')
      expect(ran).toContain(words.trim())
    }
  })
})

describe('links', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => [page, target] as const),
  )

  test.each(links)('%s: %s is there', (page, target) => {
    expect(existsSync(join(root, dirname(page), target))).toBe(true)
  })
})

const log = (): void => {}

/** A plugin that fails whenever it hears `test:work`. */
function faulty(category: 'data' | 'analytics') {
  return definePlugin({
    metadata: { id: category, name: category, version: '1.0.0', category },
    requiredPermissions: ['events:subscribe'],
    initialize(context) {
      context.on('test:work' as never, () => {
        throw new Error('broken')
      })
    },
  })
}

describe('examples', () => {
  afterEach(() => vi.unstubAllGlobals())

  test('validation: amends names, and vetoes salaries below zero', async () => {
    const table = createTable({
      log,
      data: [{ id: 'ada', name: 'Ada', salary: 100 }],
      columns: [{ accessorKey: 'name' }, { accessorKey: 'salary' }],
      getRowId: (row) => row.id,
      features: { plugins: [validationPlugin] },
    })
    await table.plugins.ready
    const cancelled = vi.fn<(payload: object) => void>()
    table.events.on('operation:cancelled', ({ payload }) => cancelled(payload))
    table.updateRow('ada', { name: '  Ada Lovelace ' })
    expect(table.getRow('ada').original).toMatchObject({ name: 'Ada Lovelace', salary: 100 })
    table.createRow({ id: 'bob', name: ' Bob', salary: 1 })
    expect(table.getRow('bob').original).toEqual({ id: 'bob', name: 'Bob', salary: 1 })
    expect(() => table.updateRow('ada', { salary: -1 })).toThrow(
      expect.objectContaining({ code: 'GK_OPERATION_CANCELLED', pluginId: '@acme/validation' }),
    )
    expect(() => table.createRow({ id: 'cy', name: 'Cy', salary: -1 })).toThrow('a salary is not below zero')
    expect(cancelled).toHaveBeenCalledTimes(2)
    expect(cancelled).toHaveBeenLastCalledWith(
      expect.objectContaining({ by: '@acme/validation', reason: 'a salary is not below zero' }),
    )
    expect(table.getRow('ada').original).toMatchObject({ salary: 100 })
    await vi.waitFor(() =>
      expect(table.plugins.getMetrics('@acme/validation')?.custom).toMatchObject([
        { name: 'rows_changed', value: 2 },
      ]),
    )
    await table.destroy()
  })

  test('the salary guard refuses what is below zero, and nothing else', async () => {
    const table = createTable({
      log,
      data: [{ id: 'ada', salary: 100 }],
      columns: [{ accessorKey: 'salary' }],
      getRowId: (row) => row.id,
      features: { plugins: [salaryGuard] },
    })
    await table.plugins.ready
    expect(() => table.updateRow('ada', { salary: -1 })).toThrow('a salary is not below zero')
    table.updateRow('ada', { salary: 0 })
    expect(table.getRow('ada').original).toEqual({ id: 'ada', salary: 0 })
    await table.destroy()
  })

  test('services: a plugin uses another one, also after that was reloaded', async () => {
    const table = createTable({
      log,
      data: [] as object[],
      columns: [],
      features: { plugins: [ratesPlugin, pricesPlugin] },
    })
    await table.plugins.ready
    expect(await table.priceIn('JPY')).toBe(16_000)
    await table.plugins.reloadPlugin('@acme/rates')
    expect(await table.priceIn('JPY')).toBe(16_000)
    await table.destroy()
  })

  test('the edit counter goes on counting when it is replaced', async () => {
    const table = createTable({
      log,
      data: [{ id: 'ada', name: 'Ada' }],
      columns: [{ accessorKey: 'name' }],
      getRowId: (row) => row.id,
      features: { plugins: [editCounter] },
    })
    await table.plugins.ready
    table.updateRow('ada', { name: 'Eve' })
    const next = { ...editCounter, metadata: { ...editCounter.metadata, version: '1.1.0' } }
    const info = await table.plugins.reloadPlugin('@acme/edit-counter', next)
    expect(info).toMatchObject({ version: '1.1.0', status: 'running' })
    table.updateRow('ada', { name: 'Fay' })
    expect(await table.editCount()).toBe(2)
    await table.destroy()
  })

  test('supervision: who fails is suspended, who only counts is not; what is slow can be looked at', async () => {
    vi.spyOn(console, 'error').mockImplementation(log)
    const told: string[] = []
    const manager = await startSupervised([faulty('data'), faulty('analytics')], ({ pluginId, kind }) =>
      told.push(`${pluginId} ${kind}`),
    )
    for (let time = 0; time < 5; time += 1) manager.events.emit<string>({ type: 'test:work', payload: {} })
    expect(manager.getPlugin('data')?.status).toBe('suspended')
    expect(manager.getPlugin('analytics')?.status).toBe('running')
    expect(told).toEqual(['data threshold', 'data suspended'])
    const report = await lookAt(manager)
    expect(report.health).toMatchObject([{ status: 'unhealthy' }, { status: 'degraded' }])
    expect(report.metrics).toContain('gridkit_plugin_errors_total')
    await manager.setPluginEnabled('data', true)
    expect(manager.getPlugin('data')?.status).toBe('running')
    await manager.destroy()
  })

  test('managed plugins: come from a file, ask a person, and are turned off', async () => {
    const asked: string[] = []
    const manager = await startPlugins(async ({ permission }) => asked.push(permission) > 0)
    expect(asked).toEqual(['state:read', 'methods:register', 'events:subscribe:row:*'])
    expect(manager.getPlugin('@acme/outliers')).toMatchObject({
      status: 'stopped',
      enabled: false,
      origin: 'loader',
    })
    expect(manager.permissionAudit.query({ action: 'revoke' })).toHaveLength(1)
    await manager.destroy()
  })

  test('without React: finds the outlier', async () => {
    const data = Array.from({ length: 20 }, (_, index) => ({
      id: `p${index}`,
      price: index === 7 ? 900 : 10 + index,
    }))
    expect(await findExpensive(data)).toEqual(['p7'])
  })

  test('the people grid renders and exports', async () => {
    const downloads: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      downloads.push(blob as Blob)
      return 'blob:people'
    })
    render(<PeopleGrid data={[{ id: '1', name: 'Ada', email: 'ada@example.com', salary: 100 }]} />)
    expect(screen.getByRole('grid', { name: 'People' })).toBeDefined()
    await act(async () => screen.getByRole('button', { name: 'Export CSV' }).click())
    await vi.waitFor(() => expect(downloads).toHaveLength(1))
    expect(await downloads[0]?.text()).toContain('Name,E-mail,Salary\r\nAda,ada@example.com,100')
  })
})

describe('docs/errors.md', () => {
  const sources = ['core', 'plugins', 'react'].flatMap((name) => {
    const directory = `packages/${name}/src`
    return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.test/.test(file))
      .map((file) => read(`${directory}/${file}`))
  })
  const codes = [...new Set(sources.flatMap((source) => source.match(/'GK_[A-Z_]+'/g) ?? []))].map((code) =>
    code.slice(1, -1),
  )
  const page = read('docs/errors.md')

  test.each(codes)('explains %s', (code) => {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\| .+ \\| .+ \\|$`, 'm'))
  })

  test('explains no code that is gone', () => {
    const explained = page.match(/GK_[A-Z_]+/g) ?? []
    expect([...new Set(explained)].toSorted()).toEqual(codes.toSorted())
    expect(new GridKitError({ code: 'GK_X', message: 'm', hint: 'h' })).toBeInstanceOf(Error)
  })
})
