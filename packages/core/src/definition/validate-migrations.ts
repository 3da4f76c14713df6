import type { Problem } from '../errors/problem.ts'

/** What is wrong with a list of migrations as the plugin gives it. Empty when it is sound, or there is none. */
export function migrationProblems(migrations: unknown): readonly Problem[] {
  if (migrations === undefined) return []
  if (!Array.isArray(migrations)) {
    return [
      problem('migrations', 'invalid migrations: must be a list', 'write migrations: [{ version: 1, up }]'),
    ]
  }
  return migrations.flatMap((each: unknown, index) => stepProblems(each, index))
}

function stepProblems(step: unknown, index: number): readonly Problem[] {
  const path = `migrations[${index}]`
  const { version, up, down } = {
    ...(step as Partial<Record<'version' | 'up' | 'down', unknown>> | undefined),
  }
  const problems: Problem[] = []
  if (version !== index + 1) {
    problems.push(
      problem(
        `${path}.version`,
        `invalid migration version: ${String(version)}`,
        `versions count from 1; write ${index + 1}`,
      ),
    )
  }
  if (typeof up !== 'function') {
    problems.push(problem(`${path}.up`, `missing required field: up`, 'write up(storage) { … }'))
  }
  if (down !== undefined && typeof down !== 'function') {
    problems.push(
      problem(`${path}.down`, 'invalid migration: down is no function', 'write down(storage) { … }'),
    )
  }
  return problems
}

function problem(path: string, message: string, hint: string): Problem {
  return { path, message, hint }
}
