/* oxlint-disable react/globals, react/immutability -- The components of these tests hand out what they hold. */
import { act, cleanup, render, screen } from '@testing-library/react'
import { Activity, StrictMode, useState, type ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { definePlugin, type AnyPlugin } from '@gridkit/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  GridView,
  usePlugin,
  usePlugins,
  useGridEnhancedTable,
  useTableEvent,
  type WithPlugins,
} from '../index.ts'

afterEach(cleanup)
const settled = (milliseconds = 20) =>
  act(() => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)))
const quietLog = () => {}

/** A plugin that notes each step of its life, and its config. */
function tracing(id: string, log: string[], config?: { level: number }) {
  return definePlugin<{ level: number }>({
    metadata: { id, name: id, version: '1.0.0', category: 'utility' },
    config: config ?? { level: 0 },
    initialize: (context) => void log.push(`initialize ${context.config.level}`),
    start: () => void log.push('start'),
    stop: () => void log.push('stop'),
    destroy: () => void log.push('destroy'),
  })
}

const rows = [{ name: 'Ada' }, { name: 'Grace' }]
const columns = [{ accessorKey: 'name' as const }]

function useSmallTable(plugins: readonly AnyPlugin[]) {
  return useGridEnhancedTable({ data: rows, columns, features: { plugins }, log: quietLog })
}

describe('the plugins of a table', () => {
  test('are those of one table each: two on a page share nothing', async () => {
    const tables: ReturnType<typeof useSmallTable>[] = []
    const logs: string[][] = [[], []]
    function Grid({ index }: { index: number }) {
      tables[index] = useSmallTable([tracing('same-id', logs[index] ?? [])])
      return null
    }
    const { rerender } = render([<Grid key="0" index={0} />, <Grid key="1" index={1} />])
    await settled()
    const heard: string[] = []
    tables[1]?.events.on('*', ({ type }) => void heard.push(type))
    act(() => tables[0]?.setSorting([{ id: 'name', desc: true }]))
    act(() => tables[0]?.updateRow('0', { name: 'Ada L.' }))
    expect(heard).toEqual([])
    expect(tables[1]?.getCoreRowModel().rows[0]?.original.name).toBe('Ada')
    expect(tables[0]?.plugins).not.toBe(tables[1]?.plugins)
    rerender([<Grid key="1" index={1} />])
    await settled()
    expect(logs).toEqual([
      ['initialize 0', 'start', 'stop', 'destroy'],
      ['initialize 0', 'start'],
    ])
  })

  test('fail alone: the table and the other plugins go on', async () => {
    const log: string[] = []
    const broken = definePlugin({
      metadata: { id: 'broken', name: 'Broken', version: '1.0.0', category: 'utility' },
      initialize() {
        throw new Error('no luck')
      },
    })
    let status: unknown
    function Grid() {
      const table = useSmallTable([broken, tracing('fine', log)])
      status = usePlugin(table, 'broken')?.status
      return <output>{table.getRowModel().rows.length}</output>
    }
    render(<Grid />)
    await settled()
    expect(screen.getByRole('status').textContent).toBe('2')
    expect(log).toEqual(['initialize 0', 'start'])
    expect(status).toBe('error')
  })

  test('written inline with another config are restarted with it, and with the same one left alone', async () => {
    const log: string[] = []
    function Grid({ level }: { level: number }) {
      useSmallTable([tracing('inline', log, { level })])
      return null
    }
    const { rerender } = render(<Grid level={1} />)
    await settled()
    rerender(<Grid level={1} />)
    await settled()
    expect(log).toEqual(['initialize 1', 'start'])
    rerender(<Grid level={2} />)
    await settled()
    expect(log.at(-1)).toBe('start')
    expect(log).toContain('initialize 2')
  })

  test('outlive a hidden moment, and start again after a longer one', async () => {
    const log: string[] = []
    function Grid() {
      useSmallTable([tracing('shown', log)])
      return null
    }
    const view = (mode: 'visible' | 'hidden'): ReactNode => (
      <Activity mode={mode}>
        <Grid />
      </Activity>
    )
    const { rerender, unmount } = render(view('visible'))
    await settled()
    expect(log).toEqual(['initialize 0', 'start'])
    rerender(view('hidden'))
    rerender(view('visible'))
    await settled()
    expect(log).toEqual(['initialize 0', 'start'])
    rerender(view('hidden'))
    await settled()
    expect(log).toContain('stop')
    rerender(view('visible'))
    await settled()
    expect(log.filter((step) => step === 'start')).toHaveLength(2)
    unmount()
    await settled()
    expect(log.filter((step) => step === 'stop')).toHaveLength(2)
  })

  test('do not start on the server, and the page hydrates as it is', async () => {
    const log: string[] = []
    const complaints = vi.spyOn(console, 'error')
    function Page() {
      const table = useSmallTable([tracing('server', log)])
      return <GridView table={table} aria-label="People" />
    }
    const html = renderToString(<Page />)
    await settled()
    expect(log).toEqual([])
    expect(html).toContain('role="grid"')
    expect(html).toContain('2 of 2 rows')
    expect(html).not.toMatch(/\sstyle=/)
    const container = document.createElement('div')
    container.innerHTML = html
    document.body.append(container)
    const root = await act(() =>
      hydrateRoot(
        container,
        <StrictMode>
          <Page />
        </StrictMode>,
      ),
    )
    await settled()
    expect(complaints).not.toHaveBeenCalled()
    expect(log).toEqual(['initialize 0', 'start'])
    act(() => root.unmount())
    container.remove()
  })

  test('come and go by registerPlugin and unregisterPlugin, with their methods', async () => {
    const greeter = definePlugin<unknown, { greet(name: string): string }>({
      metadata: { id: 'greeter', name: 'Greeter', version: '1.0.0', category: 'utility' },
      requiredPermissions: ['methods:register'],
      methods: ['greet'],
      initialize: (context) => void context.registerMethod('greet', (name) => `Hello ${name}`),
    })
    let table: ReturnType<typeof useSmallTable> | undefined
    function Grid() {
      table = useSmallTable([])
      return null
    }
    const { rerender } = render(<Grid />)
    await settled()
    await table?.registerPlugin(greeter)
    const greet = (): unknown =>
      (table as unknown as { greet?(name: string): Promise<string> }).greet?.('Ada')
    rerender(<Grid />)
    await expect(greet()).resolves.toBe('Hello Ada')
    await table?.unregisterPlugin('greeter')
    expect(table?.plugins.listPlugins()).toEqual([])
    rerender(<Grid />)
    expect(greet()).toBeUndefined()
  })
})

describe('the narrow hooks', () => {
  test('render again for what they select, and for nothing else', async () => {
    const renders = { one: 0, ids: 0 }
    let table: (WithPlugins & Pick<ReturnType<typeof useSmallTable>, 'registerPlugin'>) | undefined
    function One({ of }: { of: WithPlugins }) {
      renders.one += 1
      return <i>{usePlugin(of, 'first')?.status}</i>
    }
    function Ids({ of }: { of: WithPlugins }) {
      renders.ids += 1
      return <b>{usePlugins(of, (plugins) => Object.keys(plugins)).join()}</b>
    }
    const one = tracing('first', [])
    function Grid() {
      const made = useGridEnhancedTable({ data: rows, columns, features: { plugins: [one] } }, () => null)
      table = made
      const [children] = useState(() => [<One key="one" of={made} />, <Ids key="ids" of={made} />])
      return children
    }
    const { container } = render(<Grid />)
    await settled()
    expect(container.innerHTML).toBe('<i>running</i><b>first</b>')
    const before = { ...renders }
    await act(async () => void (await table?.registerPlugin(tracing('second', []))))
    expect(container.innerHTML).toBe('<i>running</i><b>first,second</b>')
    expect(renders.one).toBe(before.one)
    expect(renders.ids).toBe(before.ids + 1)
  })

  test('usePlugin knows no plugin by a name that every object has', () => {
    function Grid() {
      return <i>{usePlugin(useSmallTable([]), 'constructor') === undefined ? 'none' : 'some'}</i>
    }
    expect(render(<Grid />).container.innerHTML).toBe('<i>none</i>')
  })

  test('useTableEvent calls the handler of the last render, until the component is gone', async () => {
    const heard: string[] = []
    let table: ReturnType<typeof useSmallTable> | undefined
    function Grid({ name }: { name: string }) {
      table = useSmallTable([])
      useTableEvent(table, 'sort:change', ({ payload }) => void heard.push(`${name} ${payload.after.length}`))
      return null
    }
    const { rerender, unmount } = render(<Grid name="first" />)
    act(() => table?.setSorting([{ id: 'name', desc: true }]))
    rerender(<Grid name="second" />)
    act(() => table?.setSorting([]))
    await settled()
    expect(heard).toEqual(['first 1', 'second 0'])
    unmount()
    table?.setSorting([{ id: 'name', desc: false }])
    await settled()
    expect(heard).toHaveLength(2)
  })
})
