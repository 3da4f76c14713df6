/* oxlint-disable react/globals, react/immutability -- The component of these tests hands out its table. */
import { act, cleanup, render } from '@testing-library/react'
import { definePlugin } from '@gridkit/core'
import { afterEach, describe, expect, test } from 'vitest'
import { useGridEnhancedTable } from '../index.ts'

interface Greeting {
  greet(name: string): string
}

const greeting = definePlugin<unknown, Greeting>({
  metadata: { id: 'greeting', name: 'Greeting', version: '1.0.0', category: 'utility' },
  requiredPermissions: ['methods:register'],
  methods: ['greet'],
  initialize(context) {
    context.registerMethod('greet', (name) => `hello ${name}`)
  },
})
const none: readonly (typeof greeting)[] = []
const both: readonly (typeof greeting)[] = [greeting]
const data = [{ name: 'Ada' }]
const columns = [{ accessorKey: 'name' as const }]

function useGreetingTable(plugins: readonly (typeof greeting)[]) {
  return useGridEnhancedTable({ data, columns, features: { plugins } }, () => null)
}
let table: ReturnType<typeof useGreetingTable> | undefined
let renders = 0

function Grid({ listed }: { readonly listed: boolean }) {
  renders += 1
  table = useGreetingTable(listed ? both : none)
  return null
}

const settled = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))
afterEach(() => {
  cleanup()
  renders = 0
})

describe('the methods of plugins', () => {
  test('are on the table of the last render when a plugin is listed later, and gone with it', async () => {
    const { rerender } = render(<Grid listed={false} />)
    await settled()
    expect(table?.greet).toBeUndefined()
    rerender(<Grid listed />)
    await settled()
    expect(await table?.greet('Ada')).toBe('hello Ada')
    rerender(<Grid listed={false} />)
    await settled()
    expect(table?.greet).toBeUndefined()
  })

  test('of a plugin that is registered are there without another render of the application', async () => {
    render(<Grid listed={false} />)
    await settled()
    await act(async () => {
      await table?.registerPlugin(greeting)
    })
    expect(await table?.greet('Grace')).toBe('hello Grace')
  })

  test('are there from the first render, which they do not repeat', async () => {
    render(<Grid listed />)
    expect(await table?.greet('Ada')).toBe('hello Ada')
    await settled()
    expect(renders).toBe(1)
  })

  test('are refused once the component is gone', async () => {
    const { unmount } = render(<Grid listed />)
    await settled()
    unmount()
    await settled()
    await expect(table?.greet('Ada')).rejects.toMatchObject({ code: 'GK_PLUGIN_UNAVAILABLE' })
  })
})
