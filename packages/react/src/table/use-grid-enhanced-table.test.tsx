import { act, render, screen } from '@testing-library/react'
import { StrictMode, useState } from 'react'
import { definePlugin } from '@gridkit/core'
import { describe, expect, test } from 'vitest'
import { useGridEnhancedTable } from '../index.ts'

function countingPlugin(counts: Record<string, number>) {
  const count = (phase: string) => () => {
    counts[phase] = (counts[phase] ?? 0) + 1
  }
  return definePlugin<unknown, { answer(): number }>({
    metadata: { id: 'counting', name: 'Counting', version: '1.0.0', category: 'utility' },
    requiredPermissions: ['methods:register'],
    methods: ['answer'],
    initialize(context) {
      count('initialize')()
      context.registerMethod('answer', () => 42)
    },
    start: count('start'),
    stop: count('stop'),
    destroy: count('destroy'),
  })
}

const settled = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))

describe('useGridEnhancedTable', () => {
  test('starts plugins once and stops them once in StrictMode', async () => {
    const counts: Record<string, number> = {}
    let answer: Promise<number> | undefined
    function Grid() {
      const [clicks, setClicks] = useState(0)
      const table = useGridEnhancedTable({
        data: [{ name: 'Ada' }],
        columns: [{ accessorKey: 'name' }],
        features: { plugins: [countingPlugin(counts)] },
      })
      answer = table.answer()
      return (
        <button type="button" onClick={() => setClicks(clicks + 1)}>
          {clicks}
        </button>
      )
    }
    const { unmount } = render(<Grid />, { wrapper: StrictMode })
    await settled()
    expect(counts).toEqual({ initialize: 1, start: 1 })
    expect(await answer).toBe(42)
    act(() => screen.getByRole('button').click())
    await settled()
    expect(counts).toEqual({ initialize: 1, start: 1 })
    unmount()
    await settled()
    expect(counts).toEqual({ initialize: 1, start: 1, stop: 1, destroy: 1 })
  })
})
