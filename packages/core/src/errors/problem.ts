/** One thing wrong with a plugin or a set of plugins: where, what, and the remedy. */
export interface Problem {
  /** The field or plugin concerned, such as `metadata.version`. */
  readonly path: string
  readonly message: string
  readonly hint: string
}

/** All problems in one message, and all remedies in one hint. */
export function listed(problems: readonly Problem[]): { message: string; hint: string } {
  return {
    message: problems.map((problem) => problem.message).join('; '),
    hint: problems.map((problem) => `${problem.path}: ${problem.hint}`).join('\n'),
  }
}
