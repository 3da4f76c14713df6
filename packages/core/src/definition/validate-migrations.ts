import type { Problem } from '../errors/problem.ts'
import { isFunction, isList, optional, shown } from './field-rules.ts'

const list = optional(isList, 'a list', 'write migrations: [{ version: 1, up }]')

/** What is wrong with a list of migrations as the plugin gives it. Empty when it is sound, or there is none. */
export function migrationProblems(migrations: unknown): readonly Problem[] {
  if (!isList(migrations)) return list(migrations, 'migrations')
  return migrations.flatMap((each, index) => [...stepProblems(each, index)])
}

function* stepProblems(step: unknown, index: number): Generator<Problem> {
  const path = `migrations[${index}]`
  const { version, up, down } = (step ?? {}) as Partial<Record<'version' | 'up' | 'down', unknown>>
  if (version !== index + 1) {
    yield {
      path: `${path}.version`,
      message: `invalid migration version: ${shown(version)}`,
      hint: `versions count from 1; write ${index + 1}`,
    }
  }
  if (!isFunction(up)) {
    yield { path: `${path}.up`, message: 'missing required field: up', hint: 'write up(storage) { … }' }
  }
  if (down !== undefined && !isFunction(down)) {
    yield {
      path: `${path}.down`,
      message: 'invalid migration: down is no function',
      hint: 'write down(storage) { … }',
    }
  }
}
