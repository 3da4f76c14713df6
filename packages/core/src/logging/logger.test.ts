import { expect, test, vi } from 'vitest'
import { consoleSink } from '../index.ts'
import { createLogger } from './logger.ts'

test('writes tagged lines of its level and above', () => {
  const written: unknown[][] = []
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((...parts) => void written.push([level, ...parts]))
  const logger = createLogger(consoleSink(), 'acme')
  logger.debug('no')
  logger.info('no')
  logger.warn('careful', { a: 1 })
  logger.error('broken')
  createLogger(consoleSink('debug'), 'acme').debug('detail')
  expect(written).toEqual([
    ['warn', '[gridkit] [acme] careful', { a: 1 }],
    ['error', '[gridkit] [acme] broken'],
    ['debug', '[gridkit] [acme] detail'],
  ])
})
