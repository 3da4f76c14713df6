import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function runLater(
  { clock }: ContextRooms,
  { scope, guard }: ContextOwner,
  run: () => void,
  milliseconds: number,
): Undo {
  const call = guard.callback('setTimeout', run)
  let isOver = false
  const fire = (): void => {
    if (isOver) return
    // It comes once: a plugin that was waiting for it would wait for ever.
    if (guard.suspended) return guard.line.suspend(fire)
    undo()
    call(undefined)
  }
  const cancel = clock.after(milliseconds, () => guard.line.add(fire))
  const undo = scope.add(() => {
    isOver = true
    cancel()
  })
  return undo
}

export function runRepeatedly(
  { clock }: ContextRooms,
  { scope, guard }: ContextOwner,
  run: () => void,
  milliseconds: number,
): Undo {
  const call = guard.callback('setInterval', run)
  let isWaiting = false
  const tick = (): void => {
    // As in browsers, what could not be called in time is called once, and not as often as it was due.
    if (isWaiting) return
    isWaiting = true
    guard.line.add(() => {
      isWaiting = false
      if (!isOver) call(undefined)
    })
  }
  let isOver = false
  const cancel = clock.every(milliseconds, tick)
  return scope.add(() => {
    isOver = true
    cancel()
  })
}
