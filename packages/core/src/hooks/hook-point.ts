const pointPattern =
  /^(?:(?<moment>startup|shutdown|error)|(?<phase>before|after):(?<operations>\*|[a-z][a-z0-9-]*:(?:\*|[a-z][a-z0-9-]*)))$/

/** A point, as the registry files it. */
export interface ParsedPoint {
  readonly phase: 'before' | 'after' | 'startup' | 'shutdown' | 'error'
  /** Which operations; nothing for the moments of the host. */
  readonly operations: string
}

/** `undefined` for a text that is no point. */
export function parsePoint(point: string): ParsedPoint | undefined {
  const { moment, phase, operations = '' } = pointPattern.exec(point)?.groups ?? {}
  const found = moment ?? phase
  return found === undefined ? undefined : { phase: found as ParsedPoint['phase'], operations }
}

export function concerns(operations: string, type: string): boolean {
  if (operations === '*' || operations === type) return true
  return operations.endsWith(':*') && type.startsWith(operations.slice(0, -1))
}
