import type { Amendment } from '../../definition/hooks.ts'
import type { OperationType } from '../../definition/operations.ts'
import { amendmentInvalid } from '../../errors/hook-errors.ts'
import { isObject } from '../column-rights/path.ts'
import { PlainCopier, sameData } from '../column-rights/plain-copy.ts'

/** What is wrong with a value, from its path on: `'[0].id is no text'`. `undefined` when nothing is. */
type Check = (value: unknown) => string | undefined

const kind =
  (name: string, is: (value: unknown) => boolean): Check =>
  (value) =>
    is(value) ? undefined : ` is no ${name}`
const text = kind('text', (value) => typeof value === 'string')
const flag = kind('boolean', (value) => typeof value === 'boolean')
const size = kind('number', (value) => typeof value === 'number' && Number.isFinite(value))
const count = kind('count', (value) => Number.isInteger(value) && Number(value) >= 0)
const anything: Check = () => undefined

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? firstOf(value.map((each, at) => [`[${at}]`, check(each)])) : ' is no list'
const recordOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value)
      ? firstOf(Object.entries(value).map(([key, each]) => [`.${key}`, check(each)]))
      : ' is no object'
const shapeOf =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value)
      ? firstOf(Object.entries(fields).map(([key, check]) => [`.${key}`, check(value[key])]))
      : ' is no object'

const texts = listOf(text)
const columnFilters = listOf(shapeOf({ id: text, value: anything }))

const checks: Readonly<Partial<Record<OperationType, Check>>> = {
  'row:select': recordOf(flag),
  'row:expand': (value) => (value === true ? undefined : recordOf(flag)(value)),
  'row:pin': shapeOf({ top: texts, bottom: texts }),
  'cell:select': listOf(shapeOf({})),
  'sort:change': listOf(shapeOf({ id: text, desc: flag })),
  'group:change': texts,
  'page:change': shapeOf({ pageIndex: count, pageSize: count }),
  'column:resize': recordOf(size),
  'column:reorder': texts,
  'column:pin': shapeOf({ start: texts, end: texts }),
  'column:visibility': recordOf(flag),
}

/** What a plugin amended. @throws GK_AMENDMENT_INVALID unless it is an object of these fields */
export function patchOf(
  { by, patch }: Amendment,
  type: OperationType,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  const refuse = (problem: string): never => {
    throw amendmentInvalid(by, type, problem)
  }
  if (fields.length === 0) return refuse('it has nothing to amend')
  if (!isRecord(patch)) return refuse('it is no object')
  const unknown = Object.keys(patch).find((key) => !fields.includes(key))
  if (unknown !== undefined) return refuse(`'${unknown}' is not among '${fields.join("', '")}'`)
  return patch
}

/** The slice as a plugin wants it. @throws GK_AMENDMENT_INVALID */
export function amendedSlice(amendment: Amendment, type: OperationType): unknown {
  const { after } = patchOf(amendment, type, ['after'])
  const problem = checks[type]?.(after)
  if (problem !== undefined) throw amendmentInvalid(amendment.by, type, `after${problem}`)
  return after
}

/** The parts of filtering that a plugin wants changed. @throws GK_AMENDMENT_INVALID */
export function amendedFilters(amendment: Amendment): Readonly<Record<string, unknown>> {
  const type = 'filter:apply'
  const { after } = patchOf(amendment, type, ['after'])
  const parts = patchOf({ ...amendment, patch: after }, type, ['filters', 'globalFilter'])
  const problem = 'filters' in parts ? columnFilters(parts['filters']) : undefined
  if (problem !== undefined) throw amendmentInvalid(amendment.by, type, `after.filters${problem}`)
  return parts
}

function firstOf(
  found: readonly (readonly [path: string, problem: string | undefined])[],
): string | undefined {
  const wrong = found.find(([, problem]) => problem !== undefined)
  return wrong && wrong.join('')
}

/** Whether the value is an object that may have fields of any name. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !Array.isArray(value)
}

/**
 * What a plugin gives, copied, so that it can't change it later. What is no plain data is taken as it is, and what is
 * there already stays what it is.
 */
export function taken(value: unknown, standing: unknown): unknown {
  if (value === standing || !isObject(value)) return value
  const copy = new PlainCopier((each) => each).copy(value)
  return sameData(copy, standing) ? standing : copy
}
