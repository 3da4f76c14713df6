import { addressInvalid } from '../errors/context-errors.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'
import { networkPermission, pageAddress } from './fetch.ts'

export async function fetchFor(
  rooms: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  input: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const page = pageAddress()
  const target = addressOf(pluginId, input, page)
  const signals = init.signal ? [scope.signal, init.signal] : [scope.signal]
  guard.requireRunning('fetch')
  const response = await guard.out('fetch', networkPermission(target, page), () =>
    rooms.fetch(target, { ...init, signal: AbortSignal.any(signals) }),
  )
  if (!response.redirected) return response
  try {
    return guard.out('fetch', networkPermission(new URL(response.url), page), () => response)
  } catch (error) {
    // The answer of an address that the plugin may not reach.
    response.body?.cancel().catch(() => {})
    throw error
  }
}

function addressOf(pluginId: string, input: string | URL, page: string | undefined): URL {
  try {
    return new URL(input, page)
  } catch (error) {
    throw addressInvalid(pluginId, String(input), error)
  }
}
