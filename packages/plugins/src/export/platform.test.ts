// @vitest-environment node
import { afterEach, expect, test, vi } from 'vitest'
import { yieldToPage } from './platform.ts'

afterEach(() => vi.unstubAllGlobals())

test('yields as background work where the browser can schedule it', async () => {
  const priorities: string[] = []
  const postTask = async (run: () => void, { priority }: { priority: string }): Promise<void> => {
    priorities.push(priority)
    run()
  }
  vi.stubGlobal('scheduler', { postTask })
  await yieldToPage()
  expect(priorities).toEqual(['background'])
})

test.each([
  ['a message', undefined],
  ['a timer', 'MessageChannel'],
])('yields by %s elsewhere, so that other work gets its turn', async (_, missing) => {
  vi.stubGlobal('scheduler', undefined)
  if (missing) vi.stubGlobal(missing, undefined)
  const turns: string[] = []
  setImmediate(() => turns.push('other'))
  while (turns.length === 0) await yieldToPage()
  expect(turns).toEqual(['other'])
})
