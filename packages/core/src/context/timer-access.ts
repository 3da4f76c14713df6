import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function runLater(
  { clock }: ContextRooms,
  { scope, guard }: ContextOwner,
  run: () => void,
  milliseconds: number,
): Undo {
  const call = guard.callback(() => 'setTimeout', run)
  const undo = scope.add(
    clock.after(milliseconds, () => {
      call()
      undo()
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
  return scope.add(
    clock.every(
      milliseconds,
      guard.callback(() => 'setInterval', run),
    ),
  )
}
