import type { PluginErrorPayload } from '../definition/events.ts'

/** Where the failure was, of a plugin that called its host too often: told once a second, however often it was refused. */
const overCallLimit = 'limit of calls'

/** What plugins hear of each other. */
const fromPartners: ReadonlySet<string> = new Set([
  'GK_SERVICE_FAILED',
  'GK_SERVICE_GONE',
  'GK_SERVICE_TIMED_OUT',
  'GK_REQUEST_FAILED',
  'GK_REQUEST_TIMED_OUT',
  'GK_NO_RECEIVER',
  'GK_RECEIVER_GONE',
])

/** That another plugin vetoed what it did, or that the application failed at it. */
const fromElsewhere: ReadonlySet<string> = new Set([
  'GK_OPERATION_CANCELLED',
  'GK_APPLICATION_FAILED',
  'GK_ERROR_WITHHELD',
])

/** Where a plugin serves another, and is charged with not answering. */
const serving = /^(message from|service) '/

/** Whether a failure that is charged to a plugin says that something is wrong with the plugin. */
export function isOwnFault({ code, phase }: PluginErrorPayload): boolean {
  if (fromElsewhere.has(code)) return false
  if (fromPartners.has(code)) return serving.test(phase)
  return code !== 'GK_RATE_LIMITED' || phase === overCallLimit
}
