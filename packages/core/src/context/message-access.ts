import type { MessageHandler, RequestOptions } from '../definition/messages.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function receiveMessages(
  { messages }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  handler: MessageHandler<never>,
): Undo {
  // Whoever sends the message answers for its type.
  const handle = handler as MessageHandler
  const phase = (from: string): string => `message from '${from}'`
  const tell = guard.later(
    'message handler',
    ({ message, from }: { readonly message: unknown; readonly from: string }) => handle(message, { from }),
    ({ from }) => phase(from),
  )
  return scope.add(
    messages.receive(pluginId, {
      tell: (message, from) => tell({ message, from }),
      answer: (message, from) => guard.answer(phase(from), () => handle(message, { from })),
    }),
  )
}

export function request(
  { messages }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  to: string,
  message: unknown,
  options: RequestOptions = {},
): Promise<never> {
  const answer = (async () =>
    guard.out(
      'request',
      `messages:send:${to}`,
      () => messages.request({ ...options, from: pluginId, to, message, scope }),
      true,
    ))()
  // A request whose answer nobody looks at must not become an unhandled rejection.
  answer.catch(() => {})
  // The caller says what it is answered.
  return answer as Promise<never>
}
