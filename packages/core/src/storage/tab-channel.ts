import type { Undo } from '../lifetime/scope.ts'
import { isStampedWrite, type StampedWrite } from './stamp.ts'

/** What tells other tabs of writes, and is told of theirs. */
export interface TabChannel {
  /** Sends a write at the end of the turn, after what a backend begins in this turn. */
  announce(write: StampedWrite): void
  /** Sends what is left, and hears no more. */
  close: Undo
}

/** Joins the tabs that share a name. Where tabs can't talk, the channel is silent. */
export function openTabChannel(name: string, receive: (write: StampedWrite) => void): TabChannel {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined
  if (channel === undefined) return { announce: () => {}, close: () => {} }
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (Array.isArray(data)) for (const write of data) if (isStampedWrite(write)) receive(write)
  })
  // Node has channels too, and would wait for messages instead of ending.
  ;(channel as { unref?: () => void }).unref?.()
  const waiting = new Map<string, StampedWrite>()
  let open = true
  const send = (): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a window has one, a channel has none
    if (open && waiting.size > 0) channel.postMessage([...waiting.values()])
    waiting.clear()
  }
  return {
    announce(write) {
      if (waiting.size === 0) void Promise.resolve().then(send)
      // Of several writes of a key in one turn, others see the last.
      waiting.set(write.key, write)
    },
    close() {
      send()
      open = false
      channel.close()
    },
  }
}
