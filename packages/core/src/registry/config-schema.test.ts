import { Validator, type Schema } from '@cfworker/json-schema'
import {
  anything,
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  letrec,
  oneof,
  option,
  property,
  record,
  string,
  type Arbitrary,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../definition/json-schema.ts'
import { checkConfig, schemaProblems } from './config-schema.ts'

// A keyword of JSON Schema, not a promise.
// oxlint-disable-next-line unicorn/no-thenable
const consequence = 'then'
const sigma = { type: 'number', default: 3, minimum: 1 }
const object = (properties: Record<string, unknown>, rest: object = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...rest,
})
/** `path: remedy`, one for each problem. */
const found = (schema: JsonSchema, config: unknown): readonly string[] =>
  checkConfig(schema, config).problems.map(({ path, hint }) => `${path}: ${hint}`)
const wrong = (schema: unknown): readonly string[] =>
  schemaProblems(schema).map(({ path, hint }) => `${path}: ${hint}`)

describe('schemaProblems', () => {
  test.each<[string, unknown]>([
    ['true', true],
    ['an empty schema', {}],
    ['the one of the specification', object({ sigma })],
    ['keywords of others', { 'x-order': 1, title: 'Outliers', examples: [{}] }],
    ['references', { $ref: '#/$defs/a', $defs: { a: { type: 'object' } } }],
    ['a reference by name', { properties: { a: { $ref: '#size' } }, $defs: { a: { $anchor: 'size' } } }],
    ['a tree', object({ children: { type: 'array', items: { $ref: '#' } } })],
    ['properties that have names of keywords', object({ type: sigma, required: sigma, $ref: sigma })],
    ['an undefined keyword', { type: undefined }],
    [
      'a default that is complete with its own defaults',
      object({ a: sigma }, { required: ['a'], default: {} }),
    ],
  ])('takes %s', (_, schema) => {
    expect(schemaProblems(schema)).toEqual([])
  })

  test.each<[string, unknown, string]>([
    ['no schema', 'object', 'configSchema: write a schema: an object, true or false'],
    ['an unknown type', { type: 'nubmer' }, "configSchema.type: did you mean 'number'?"],
    ['an empty list of types', { type: [] }, 'configSchema.type: write one of array'],
    ['properties that are a list', { properties: ['a'] }, 'configSchema.properties: write an object'],
    ['a property that is a text', object({ a: 'number' }), 'configSchema.properties.a: write a schema'],
    ['a bad pattern', object({ a: { pattern: '(' } }), 'configSchema.properties.a.pattern: write a regular'],
    ['a bad name pattern', { patternProperties: { '(': {} } }, 'configSchema.patternProperties["("]: write'],
    [
      'required that is true',
      object({ a: { required: true } }),
      'configSchema.properties.a.required: write a list',
    ],
    ['required with a number', { required: [1] }, 'configSchema.required: write a list of property names'],
    ['an empty enum', { enum: [] }, 'configSchema.enum: write a list of at least one'],
    ['an enum that is no list', { enum: 'a' }, 'configSchema.enum: write a list'],
    ['a limit that is a text', { minimum: '1' }, 'configSchema.minimum: write a number'],
    ['a limit as in draft 4', { exclusiveMinimum: true }, 'configSchema.exclusiveMinimum: write a number'],
    ['a negative length', { minLength: -1 }, 'configSchema.minLength: write a whole number'],
    ['items as in draft 7', { items: [{}] }, 'configSchema.items: write a schema'],
    ['an empty anyOf', { anyOf: [] }, 'configSchema.anyOf: write a list of at least one schema'],
    ['a bad branch', { anyOf: [{}, 7] }, 'configSchema.anyOf[1]: write a schema'],
    ['a function as default', { default: () => 1 }, 'configSchema.default: write JSON'],
    ['min over max', { minimum: 2, maximum: 1 }, 'configSchema: raise maximum, or lower minimum'],
    ['limits that exclude all', { exclusiveMinimum: 1, maximum: 1 }, 'configSchema: raise maximum'],
    [
      'a reference to nothing',
      object({ a: { $ref: '#/$defs/b' } }),
      'configSchema.properties.a.$ref: refer to',
    ],
    [
      'a reference elsewhere',
      { $ref: 'https://acme.com/a.json' },
      'configSchema.$ref: refer to a part of the same',
    ],
    ['a reference to itself', { $ref: '#' }, 'configSchema: refer to it from a property'],
    [
      'a circle',
      { allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { anyOf: [{ $ref: '#' }] } } },
      'configSchema.allOf[0]: refer',
    ],
    ['a dynamic reference', { $dynamicRef: '#a' }, 'configSchema.$dynamicRef: use $ref'],
    [
      'a default of another type',
      object({ a: { type: 'number', default: 'x' } }),
      'configSchema.properties.a.default: must be a number',
    ],
    [
      'a default out of range',
      object({ sigma: { ...sigma, default: 0 } }),
      'configSchema.properties.sigma.default: must be at least 1',
    ],
    [
      'a default that a reference forbids',
      { $defs: { a: { type: 'number' } }, ...(object({ a: { $ref: '#/$defs/a', default: 'x' } }) as object) },
      'configSchema.properties.a.default: must be a number',
    ],
    [
      'a default with a wrong part',
      { default: { a: 0 }, properties: { a: sigma } },
      'configSchema.default.a: must be at least 1',
    ],
    [
      'a default without end',
      { properties: { child: { $ref: '#', default: {} } } },
      'configSchema.properties.child.default: leave out',
    ],
    [
      'a default that is without end because of what holds beside it',
      {
        properties: { a: { allOf: [{ default: {} }], $ref: '#' } },
      },
      'configSchema.properties.a.allOf[0].default: leave out',
    ],
  ])('refuses %s', (_, schema, expected) => {
    const problems = wrong(schema)
    expect(problems).not.toEqual([])
    expect(problems[0]).toContain(expected)
  })

  test('refuses two parts of one address', () => {
    const twice = { $id: 'https://acme.com/a' }
    expect(wrong({ properties: { a: { ...twice }, b: { ...twice } } })[0]).toMatch(/^configSchema: /)
  })

  test('refuses an object that contains itself', () => {
    const schema: Record<string, unknown> = { type: 'object' }
    schema['properties'] = { a: { items: schema } }
    expect(wrong(schema)).toEqual([
      "configSchema.properties.a.items: put it under $defs, and refer to it by { $ref: '#/$defs/…' }",
    ])
  })

  test('lists everything at once, with what is wrong in the message', () => {
    const problems = schemaProblems(
      object({ a: { type: 'text' }, b: { enum: [], items: { pattern: '[' } } }, { required: 'a' }),
    )
    expect(problems.map(({ path }) => path).toSorted()).toEqual([
      'configSchema.properties.a.type',
      'configSchema.properties.b.enum',
      'configSchema.properties.b.items.pattern',
      'configSchema.required',
    ])
    for (const { path, message } of problems) expect(message).toContain(path)
  })

  test('takes anything as a question, and never throws', () => {
    const nested = anything({ withNullPrototype: true, withBigInt: true, withDate: true })
    assert(property(nested, (schema) => Array.isArray(schemaProblems(schema))))
    const keyword = constantFrom(
      'type',
      'properties',
      'allOf',
      'items',
      '$ref',
      '$id',
      'default',
      'enum',
      'pattern',
    )
    assert(property(dictionary(keyword, nested), (schema) => Array.isArray(schemaProblems(schema))))
  })
})

describe('the defaults of checkConfig', () => {
  test('are filled in where nothing was given', () => {
    const schema = object({ sigma, label: { default: 'x' }, other: {} })
    expect(checkConfig(schema, undefined).config).toEqual({ sigma: 3, label: 'x' })
    expect(checkConfig(schema, { sigma: 2, more: 1 }).config).toEqual({ sigma: 2, label: 'x', more: 1 })
    expect(checkConfig(schema, { sigma: undefined }).config).toEqual({ sigma: 3, label: 'x' })
    expect(checkConfig(schema, { label: null, sigma: 1 }).config).toEqual({ label: null, sigma: 1 })
  })

  test('reach into what was given, and into other defaults', () => {
    const inner = object({ sigma })
    const schema = object({
      given: inner,
      absent: inner,
      made: { ...(inner as object), default: {} },
      list: { items: inner },
      tuple: { prefixItems: [inner], items: object({ x: { default: 1 } }) },
    })
    expect(checkConfig(schema, { given: {}, list: [{}, { sigma: 9 }, 7], tuple: [{}, {}] }).config).toEqual({
      given: { sigma: 3 },
      made: { sigma: 3 },
      list: [{ sigma: 3 }, { sigma: 9 }, 7],
      tuple: [{ sigma: 3 }, { x: 1 }],
    })
  })

  test('reach into properties under other names', () => {
    const schema: JsonSchema = {
      patternProperties: { '^x-': object({ a: { default: 1 } }) },
      additionalProperties: object({ b: { default: 2 } }),
      properties: { known: object({ c: { default: 3 } }) },
    }
    expect(checkConfig(schema, { 'x-1': {}, other: {}, known: {} }).config).toEqual({
      'x-1': { a: 1 },
      other: { b: 2 },
      known: { c: 3 },
    })
  })

  test('come through $ref and allOf, the outermost first', () => {
    const schema = object(
      {
        size: { $ref: '#/$defs/size' },
        big: { $ref: '#/$defs/size', default: 100 },
        both: { allOf: [{ minimum: 0 }, { $ref: '#/$defs/size' }, { default: 11 }] },
      },
      {
        $defs: { size: { type: 'number', default: 10 } },
        allOf: [{ properties: { later: { default: true }, size: { default: 12 } } }],
      },
    )
    expect(checkConfig(schema, {}).config).toEqual({ size: 10, big: 100, both: 10, later: true })
  })

  test('of several parts for one property are filled in together', () => {
    const schema: JsonSchema = {
      allOf: [{ properties: { a: object({ x: { default: 1 } }) } }, { properties: { a: { default: {} } } }],
    }
    expect(checkConfig(schema, {}).config).toEqual({ a: { x: 1 } })
  })

  test('do not come from what only may apply', () => {
    const given = { properties: { a: { default: 1 } } }
    for (const schema of [
      { anyOf: [given] },
      { oneOf: [given] },
      { if: given, [consequence]: given },
      { not: { not: given } },
    ])
      expect(checkConfig(schema, {}).config).toEqual({})
  })

  test('end, even where the schema says they do not', () => {
    const endless: JsonSchema = { properties: { child: { $ref: '#', default: {} } } }
    expect(checkConfig(endless, {}).config).toEqual({ child: {} })
  })

  test('are new in each call, and nothing given is changed', () => {
    const fallback = { list: [1] }
    const schema = object({ a: { default: fallback }, b: object({ c: sigma }) })
    const config = Object.freeze({ b: Object.freeze({}) })
    const before = structuredClone(schema)
    const [first, second] = [checkConfig(schema, config).config, checkConfig(schema, config).config] as {
      a: { list: number[] }
    }[]
    expect(first?.a).toEqual(fallback)
    expect(first?.a).not.toBe(second?.a)
    expect(first?.a.list).not.toBe(fallback.list)
    expect(config).toEqual({ b: {} })
    expect(schema).toEqual(before)
    expect(Reflect.ownKeys(schema as object)).toEqual(Reflect.ownKeys(before as object))
  })

  test('take a frozen schema', () => {
    const schema = Object.freeze({ properties: Object.freeze({ sigma: Object.freeze(sigma) }) })
    expect(checkConfig(schema, {}).config).toEqual({ sigma: 3 })
  })

  test('leave a complete configuration the object that it is', () => {
    const config = { sigma: 2, nested: { list: [{}] } }
    expect(checkConfig(object({ sigma }), config).config).toBe(config)
  })

  test('fill in a root that is no object', () => {
    expect(checkConfig({ type: 'array', default: [1] }, undefined)).toEqual({ config: [1], problems: [] })
    expect(checkConfig(true, undefined)).toEqual({ config: {}, problems: [] })
    expect(checkConfig(true, 7)).toEqual({ config: 7, problems: [] })
  })

  test('take names such as __proto__ for names', () => {
    const schema = JSON.parse(
      '{ "properties": { "__proto__": { "default": 1 }, "toString": { "default": 2 } } }',
    )
    const config = checkConfig(schema, {}).config as object
    expect(Object.entries(config)).toEqual([
      ['__proto__', 1],
      ['toString', 2],
    ])
    expect(Object.getPrototypeOf(config)).toBe(Object.prototype)
    const given = JSON.parse('{ "__proto__": { "polluted": true } }')
    expect(Object.entries(checkConfig(object({ sigma }), given).config as object)).toHaveLength(2)
    expect('polluted' in {}).toBe(false)
  })
})

describe('the problems of checkConfig', () => {
  test.each<[string, JsonSchema, unknown, readonly string[]]>([
    ['a limit', object({ sigma }), { sigma: 0 }, ['config.sigma: must be at least 1']],
    ['a type', object({ a: { type: 'integer' } }), { a: 'x' }, ['config.a: must be a whole number']],
    [
      'types',
      object({ a: { type: ['string', 'null', 'array'] } }),
      { a: 1 },
      ['config.a: must be a text, null or a list'],
    ],
    ['the root', { type: 'object' }, [], ['config: must be an object']],
    [
      'what is missing',
      object({}, { required: ['a', 'b c'] }),
      {},
      ['config.a: must be given', 'config["b c"]: must be given'],
    ],
    [
      'what is nested',
      object({ list: { items: object({ a: sigma }) } }),
      { list: [{}, { a: 0 }] },
      ['config.list[1].a: must be at least 1'],
    ],
    [
      'one of some',
      object({ a: { enum: ['x', 1, null] } }),
      { a: 'y' },
      ["config.a: must be 'x', 1 or null"],
    ],
    ['a constant', object({ a: { const: { b: 1 } } }), { a: 1 }, ['config.a: must be {"b":1}']],
    [
      'what is more',
      object({
        maximum: { maximum: 1 },
        x: { exclusiveMaximum: 1 },
        y: { exclusiveMinimum: 1 },
        z: { multipleOf: 2 },
      }),
      { maximum: 2, x: 1, y: 1, z: 3 },
      [
        'config.maximum: must be at most 1',
        'config.x: must be less than 1',
        'config.y: must be greater than 1',
        'config.z: must be a multiple of 2',
      ],
    ],
    [
      'texts',
      object({ a: { minLength: 1 }, b: { maxLength: 2 }, c: { pattern: '^a/b$' }, d: { format: 'email' } }),
      { a: '', b: 'abc', c: 'x', d: 'x' },
      [
        'config.a: must have at least 1 character',
        'config.b: must have at most 2 characters',
        'config.c: must match /^a/b$/',
        'config.d: must be a valid email',
      ],
    ],
    [
      'lists',
      object({ a: { minItems: 2 }, b: { maxItems: 1 }, c: { uniqueItems: true } }),
      { a: [], b: [1, 2], c: [1, 1] },
      [
        'config.a: must have at least 2 items',
        'config.b: must have at most 1 item',
        'config.c: must not have the same item twice',
      ],
    ],
    [
      'items that must be there',
      object({
        a: { contains: { type: 'string' } },
        b: { contains: { const: 1 }, minContains: 2 },
        c: { contains: { const: 1 }, maxContains: 1 },
      }),
      { a: [1], b: [1, 2, 3], c: [1, 1] },
      [
        'config.a: must have an item that fits',
        'config.b: must have at least 2 items that fit',
        'config.c: must have at most 1 items that fit',
      ],
    ],
    [
      'numbers of properties',
      object({ a: { minProperties: 1 }, b: { maxProperties: 1 } }),
      { a: {}, b: { x: 1, y: 1 } },
      ['config.a: must have at least 1 property', 'config.b: must have at most 1 property'],
    ],
    [
      'a misspelt property',
      object({ sigma }, { additionalProperties: false }),
      { sgima: 1 },
      ["config.sgima: is not known: did you mean 'sigma'?"],
    ],
    [
      'an unknown property',
      object({ sigma, a: {} }, { additionalProperties: false }),
      { whatever: 1 },
      ['config.whatever: is not known: there are sigma, a'],
    ],
    [
      'an unevaluated one',
      { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
      { b: 1 },
      ['config.b: must be left out'],
    ],
    ['a forbidden one', object({ a: false }), { a: 1 }, ['config.a: must be left out']],
    [
      'names',
      { propertyNames: { maxLength: 2 } },
      { abc: 1 },
      ["config: must not have a property named 'abc'"],
    ],
    ['what depends', { dependentRequired: { a: ['b'] } }, { a: 1 }, ["config.b: must be given where 'a' is"]],
    [
      'exclusions',
      object({ a: { not: { const: 1 } } }),
      { a: 1 },
      ['config.a: must not be what the schema excludes'],
    ],
    [
      'alternatives',
      object({
        a: { anyOf: [{ type: 'string' }, { type: 'number', minimum: 1 }, object({ b: { const: 1 } })] },
      }),
      { a: 0 },
      ['config.a: must be a text, must be at least 1 or must be an object'],
    ],
    [
      'alternatives with parts',
      { anyOf: [object({ a: sigma }), { required: ['b'] }] },
      { a: 0 },
      ['config: config.a must be at least 1 or config.b must be given'],
    ],
    [
      'several that fit',
      { oneOf: [{ minimum: 1 }, { maximum: 5 }] },
      3,
      ['config: must fit only one of the forms allowed'],
    ],
    [
      'what a reference says',
      { properties: { a: { $ref: '#/$defs/a~1b' } }, $defs: { 'a/b': { allOf: [sigma] } } },
      { a: 0 },
      ['config.a: must be at least 1'],
    ],
    [
      'what a condition says',
      { if: { required: ['a'] }, [consequence]: { required: ['b'] }, else: { required: ['c'] } },
      { a: 1 },
      ['config.b: must be given'],
    ],
    [
      'one thing, once',
      { allOf: [object({ a: sigma }), object({ a: sigma })] },
      { a: 0 },
      ['config.a: must be at least 1'],
    ],
    [
      'keys that no address can have',
      { additionalProperties: { type: 'string' } },
      { '\ud800': 1 },
      ['config: simplify it'],
    ],
  ])('say of %s what to do', (_, schema, config, expected) => {
    expect(schemaProblems(schema)).toEqual([])
    expect(found(schema, config)).toEqual(expected)
  })

  test('are listed all at once', () => {
    const schema = object({ a: sigma, b: { type: 'string' } }, { required: ['c'] })
    expect(found(schema, { a: 0, b: 1 }).toSorted()).toEqual([
      'config.a: must be at least 1',
      'config.b: must be a text',
      'config.c: must be given',
    ])
  })

  test('say in the message what is there, but repeat no text, which may be a secret', () => {
    const schema = object({ a: sigma, key: { type: 'string', pattern: '^k' }, n: { type: 'number' } })
    const messages = checkConfig(schema, { a: 0, key: 'secret', n: 'secret' }).problems.map(
      (each) => each.message,
    )
    expect(messages).toEqual([
      'config.a must be at least 1, found 0',
      'config.key must match /^k/',
      'config.n must be a number, found a text',
    ])
  })

  test('hold after the defaults', () => {
    expect(found(object({ sigma }, { required: ['sigma'] }), undefined)).toEqual([])
  })
})

describe('what is not JSON in a configuration', () => {
  class Palette {
    readonly colors = ['red']
  }
  const callback = (): void => {}

  test('stays what it is, and fits any schema', () => {
    const config = {
      onFind: callback,
      palette: new Palette(),
      since: new Date(0),
      nested: { list: [callback] },
    }
    const text = { type: 'string', minLength: 3, enum: ['abc'] }
    const schema = object(
      {
        onFind: text,
        palette: text,
        since: text,
        nested: object({ list: { items: text, uniqueItems: true } }),
        sigma,
      },
      { required: ['onFind', 'palette'], additionalProperties: false },
    )
    const { config: checked, problems } = checkConfig(schema, config)
    expect(problems).toEqual([])
    expect(checked).toEqual({ ...config, sigma: 3 })
    expect((checked as typeof config).palette).toBe(config.palette)
    expect((checked as typeof config).nested).toBe(config.nested)
  })

  test('does not hide what is wrong beside it', () => {
    const schema = object({ a: { items: sigma }, b: { type: 'string' } }, { required: ['c'] })
    expect(found(schema, { a: [callback, 0], b: 1, d: callback })).toEqual([
      'config.c: must be given',
      'config.a[1]: must be at least 1',
      'config.b: must be a text',
    ])
  })

  test('counts in choices and for names', () => {
    const choice: JsonSchema = { oneOf: [{ required: ['onA'] }, { required: ['onB'] }] }
    expect(found(choice, { onA: callback })).toEqual([])
    expect(found(choice, { onA: callback, onB: callback })).toHaveLength(1)
    expect(
      found(object({ onA: {} }, { additionalProperties: { type: 'string' } }), { onZ: callback }),
    ).toEqual([])
  })

  test('may be the whole of it', () => {
    expect(checkConfig({ type: 'object', required: ['a'] }, callback)).toEqual({
      config: callback,
      problems: [],
    })
  })

  test('may be a circle', () => {
    const config: Record<string, unknown> = { sigma: 1 }
    config['self'] = config
    expect(found(object({ sigma, self: { type: 'number' } }), config)).toEqual([])
  })
})

/** Schemas of a small grammar: always well-formed, mostly sensible. */
const values = constantFrom<unknown>(0, 1, 2.5, 'a', 'ab', true, null, {}, { a: 1 }, [], [1])
const names = constantFrom('a', 'b', 'c d', '__proto__')
const { schema: schemas } = letrec<{ schema: Record<string, unknown> }>((tie) => {
  const inner = tie('schema')
  const named = dictionary(names, inner, { minKeys: 1, maxKeys: 3 })
  const several = array(inner, { minLength: 1, maxLength: 2 })
  const keyword = oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    oneof(
      record({ type: constantFrom('number', 'string', 'integer', 'object', 'array', ['object', 'null']) }),
      record({ default: values }),
      record({ minimum: integer({ min: 0, max: 3 }) }),
      record({ enum: array(values, { minLength: 1, maxLength: 3 }) }),
      record({ pattern: constantFrom('^a', 'b$') }),
      record({ required: array(names, { maxLength: 2 }) }),
      record({ $ref: constantFrom('#/$defs/a', '#/$defs/b') }),
    ),
    { arbitrary: record({ properties: named }), weight: 4 },
    record({ patternProperties: dictionary(constantFrom('^a', 'b'), inner, { maxKeys: 1 }) }),
    record({ additionalProperties: oneof(inner, constant(false)) }),
    record({ items: inner }),
    record({ prefixItems: several }),
    record({ contains: inner }),
    { arbitrary: record({ allOf: several }), weight: 2 },
    record({ anyOf: several }),
    record({ oneOf: several }),
    record({ not: inner }),
    record({ if: inner, [consequence]: inner }),
    record({ unevaluatedProperties: constant(false) }),
  ) as Arbitrary<object>
  return {
    schema: array(keyword, { minLength: 1, maxLength: 3 }).map((keywords) => Object.assign({}, ...keywords)),
  }
})
const roots = record({ root: schemas, a: schemas, b: schemas }).map(({ root, a, b }) => ({
  ...root,
  $defs: { a, b },
}))
const configs = option(
  letrec<{ value: unknown }>((tie) => ({
    value: oneof(
      { maxDepth: 3, depthIdentifier: 'value' },
      oneof(
        integer({ min: -1, max: 4 }),
        constantFrom('', 'a', 'ab', null, true),
        boolean(),
        string({ maxLength: 3 }),
      ),
      dictionary(names, tie('value'), { maxKeys: 4 }),
      array(tie('value'), { maxLength: 3 }),
    ),
  })).value,
  { nil: undefined },
)

describe('checkConfig, of any schema and configuration', () => {
  const sound = (schema: object): boolean =>
    schemaProblems(schema).every(
      ({ path, message }) => path.includes('default') && !message.includes('without end'),
    )

  /** Whether everything in `given` is in `result`, at the same place. */
  function keeps(given: unknown, result: unknown): boolean {
    if (typeof given !== 'object' || given === null) return Object.is(given, result)
    if (typeof result !== 'object' || result === null) return false
    if (Array.isArray(given) && (!Array.isArray(result) || result.length !== given.length)) return false
    return Object.entries(given).every(
      ([key, value]) => Object.hasOwn(result, key) && keeps(value, Reflect.get(result, key)),
    )
  }

  test('keeps what was given, ends at once, and agrees with the validator', () => {
    let valid = 0
    let filled = 0
    assert(
      property(roots.filter(sound), configs, (schema, config) => {
        const before = JSON.stringify([schema, config])
        const once = checkConfig(schema, config)
        const twice = checkConfig(schema, once.config)
        expect(JSON.stringify([schema, config])).toBe(before)
        expect(config === undefined || keeps(config, once.config)).toBe(true)
        expect(twice).toEqual(once)
        expect(twice.config).toBe(once.config)
        const verdict = new Validator(structuredClone(schema) as Schema, '2020-12').validate(
          once.config,
        ).valid
        expect(once.problems.length === 0).toBe(verdict)
        valid += verdict ? 1 : 0
        filled += once.config === config ? 0 : 1
      }),
      { numRuns: 200 },
    )
    // Or the grammar makes nothing but what is refused, or nothing to fill in.
    expect(valid).toBeGreaterThan(20)
    expect(filled).toBeGreaterThan(20)
  }, 20_000)

  test('finds the same beside functions as without them', () => {
    assert(
      property(roots.filter(sound), configs, (schema, config) => {
        const { problems } = checkConfig(schema, config)
        const only = object({ plugin: schema }, { $defs: (schema as { $defs: object }).$defs })
        const beside = checkConfig(only, { plugin: checkConfig(schema, config).config, extra: () => {} })
        expect(beside.problems.map(({ hint }) => hint.replaceAll('config.plugin', 'config'))).toEqual(
          problems.map(({ hint }) => hint),
        )
      }),
      { numRuns: 100 },
    )
  }, 20_000)
})
