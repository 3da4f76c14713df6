import { describe, expect, test } from 'vitest'
import { migrationProblems } from './validate-migrations.ts'

const up = (): void => {}

describe('migrationProblems', () => {
  test('takes none, an empty list, and versions from 1 on', () => {
    expect(migrationProblems(undefined)).toEqual([])
    expect(migrationProblems([])).toEqual([])
    expect(
      migrationProblems([
        { version: 1, up },
        { version: 2, up, down: up },
      ]),
    ).toEqual([])
  })

  test('names every flaw with its place', () => {
    const flaws = migrationProblems([
      { version: 0, up },
      { version: 2 },
      { version: '3', up, down: 7 },
      null,
      { version: Object.create(null), up },
    ])
    expect(flaws.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'migrations[0].version: invalid migration version: 0',
      'migrations[1].up: missing required field: up',
      'migrations[2].version: invalid migration version: 3',
      'migrations[2].down: invalid migration: down is no function',
      'migrations[3].version: invalid migration version: undefined',
      'migrations[3].up: missing required field: up',
      'migrations[4].version: invalid migration version: [object Object]',
    ])
    expect(flaws[0]?.hint).toBe('versions count from 1; write 1')
  })

  test('refuses what is no list', () => {
    expect(migrationProblems({ version: 1, up })).toMatchObject([{ path: 'migrations' }])
    const holed = [{ version: 1, up }]
    holed.length = 3
    expect(migrationProblems(holed)).toMatchObject([{ path: 'migrations' }])
  })
})
