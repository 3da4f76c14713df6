import { isOperationPattern } from './operation-pattern.ts'

const moments: ReadonlySet<string> = new Set(['startup', 'shutdown', 'error'])

/** A point, as the registry files it. */
export interface ParsedPoint {
  readonly phase: 'before' | 'after' | 'startup' | 'shutdown' | 'error'
  /** Which operations; nothing for the moments of the host. */
  readonly operations: string
}

/** `undefined` for a text that is no point. */
export function parsePoint(point: string): ParsedPoint | undefined {
  if (moments.has(point)) return { phase: point as ParsedPoint['phase'], operations: '' }
  const { phase, operations } = /^(?<phase>before|after):(?<operations>.*)$/.exec(point)?.groups ?? {}
  return isOperationPattern(operations) ? { phase: phase as ParsedPoint['phase'], operations } : undefined
}
