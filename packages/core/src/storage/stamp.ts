import { isReadable, valueOf } from './value-text.ts'

/** When a write was made, and by whom. Of two writes of a key, the later one stays, in all tabs. */
export interface Stamp {
  /** Milliseconds since the epoch, or more: never before a write that was known of. */
  readonly time: number
  /** Tells equal times apart. */
  readonly tab: string
}

/** A write as other tabs are told of it. */
export interface StampedWrite {
  readonly key: string
  /** The serialised value; `undefined` when the key was deleted. */
  readonly text: string | undefined
  readonly stamp: Stamp
  /** The last write of another tab that this one's knew of. */
  readonly base: Stamp
}

export const neverWritten: Stamp = { time: 0, tab: '' }

/** Above 0 when `one` is the later. */
export function compareStamps(one: Stamp, other: Stamp): number {
  return one.time - other.time || Number(one.tab > other.tab) - Number(one.tab < other.tab)
}

/** The latest moment a `Date` has. What claims to be later is damaged, and would stop the clock. */
const endOfTime = 8.64e15

/** A value as backends keep it: what is stored must tell how old it is, or a clock set back would lose writes. */
export function stampedText(text: string, { time, tab }: Stamp): string {
  return `${time.toString(36)}.${tab} ${text}`
}

/** Reads what {@link stampedText} wrote. Throws when it is something else, or its value can't be read. */
export function readStamped(stored: string): { readonly text: string; readonly stamp: Stamp } {
  const [, digits = '', tab = '', text = ''] = /^([\da-z]{1,11})\.([\da-z]{1,16}) (.*)$/s.exec(stored) ?? []
  const time = Number.parseInt(digits, 36)
  if (!(time <= endOfTime)) throw new SyntaxError('not written by GridKit')
  valueOf(text)
  return { text, stamp: { time, tab } }
}

/** Whether a message of another tab is a write. Tabs may run other versions of this code. */
export function isStampedWrite(value: unknown): value is StampedWrite {
  const { key, text, stamp, base } = Object(value) as Partial<Record<keyof StampedWrite, unknown>>
  return (
    typeof key === 'string' &&
    (text === undefined || (typeof text === 'string' && isReadable(text))) &&
    [stamp, base].every((each) => {
      const { time, tab } = Object(each) as Partial<Record<keyof Stamp, unknown>>
      return typeof time === 'number' && time <= endOfTime && typeof tab === 'string'
    })
  )
}
