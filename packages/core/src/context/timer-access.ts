import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function runLater(
  { clock }: ContextRooms,
  { scope, guard }: ContextOwner,
  run: () => void,
  milliseconds: number,
): Undo {
  const call = guard.later('setTimeout', run)
  const undo = scope.add(
    clock.after(milliseconds, () => {
      undo()
      call(undefined)
    }),
  )
  return undo
}

export function runRepeatedly(
  { clock }: ContextRooms,
  { scope, guard }: ContextOwner,
  run: () => void,
  milliseconds: number,
): Undo {
  const call = guard.later('setInterval', run)
  return scope.add(clock.every(milliseconds, () => call(undefined)))
}
