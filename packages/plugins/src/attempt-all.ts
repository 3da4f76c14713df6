/** Does everything, whatever fails on the way. @throws the first failure */
export function attemptAll(tasks: readonly (() => void)[]): void {
  const failures: unknown[] = []
  for (const task of tasks) {
    try {
      task()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
