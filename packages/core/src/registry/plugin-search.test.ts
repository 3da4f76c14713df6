import { array, assert, constantFrom, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchPlugins, type SearchablePlugin } from './plugin-search.ts'

function info(id: string, rest: Partial<SearchablePlugin> = {}): SearchablePlugin {
  return { id, name: `Name of ${id}`, ...rest }
}
const ids = (infos: readonly SearchablePlugin[], query: string): readonly string[] =>
  searchPlugins(infos, query).map(({ id }) => id)

describe('searchPlugins', () => {
  test.each<[string, Partial<SearchablePlugin>]>([
    ['id', { id: '@acme/needle' }],
    ['name', { name: 'A needle' }],
    ['description', { description: 'finds needles' }],
    ['tags', { tags: ['hay', 'needle'] }],
    ['author', { author: 'Needle & Sons' }],
  ])('looks into the %s', (_, rest) => {
    const found = info('x', rest)
    expect(searchPlugins([info('y'), found], 'needle')).toEqual([found])
  })

  test('minds neither case nor accents', () => {
    const infos = [
      info('a', { name: 'Élagage' }),
      info('b', { name: 'ELAGAGE' }),
      info('c', { name: 'Straße' }),
    ]
    expect(ids(infos, 'élag')).toEqual(['a', 'b'])
    expect(ids(infos, 'ELAG')).toEqual(['a', 'b'])
    expect(ids(infos, 'STRASSE')).toEqual(['c'])
  })

  test('wants every word, each anywhere', () => {
    const infos = [
      info('a', { tags: ['chart'], description: 'draws pie' }),
      info('b', { tags: ['chart'] }),
      info('c', { description: 'pie' }),
    ]
    expect(ids(infos, '  pie  chart ')).toEqual(['a'])
  })

  test('ranks starts of ids and names, then names, then tags, then the rest', () => {
    const infos = [
      info('1', { description: 'export' }),
      info('2', { tags: ['export'] }),
      info('3', { name: 'The export' }),
      info('4', { name: 'Export' }),
      info('@acme/export', { name: 'Five' }),
      info('exporter', { name: 'Six' }),
      info('7', { author: 'Export Inc.' }),
    ]
    expect(ids(infos, 'export')).toEqual(['4', '@acme/export', 'exporter', '3', '2', '1', '7'])
  })

  test('lists all, as given, where nothing is asked', () => {
    expect(ids([info('b'), info('a')], '  ')).toEqual(['b', 'a'])
  })

  test('reads no query as a pattern', () => {
    expect(ids([info('a'), info('b', { name: '.* (regex)' })], '.*')).toEqual(['b'])
  })

  test('finds exactly those that have every word, and orders those of one rank as given', () => {
    const word = constantFrom('pie', 'chart', 'map', '')
    const infos = array(record({ name: word, tags: array(word, { maxLength: 2 }), description: word }), {
      maxLength: 6,
    })
    assert(
      property(infos, array(word, { maxLength: 3 }), (rests, words) => {
        const given = rests.map((rest, index) => info(`${index}`, rest))
        const found = searchPlugins(given, words.join(' '))
        const has = ({ name, tags = [], description = '' }: SearchablePlugin): boolean =>
          words.every((each) => [name, ...tags, description].some((text) => text.includes(each)))
        expect(new Set(found)).toEqual(new Set(given.filter(has)))
        const twins = searchPlugins([...given, ...given], words.join(' '))
        expect([...new Set(twins)]).toEqual(found)
      }),
    )
  })
})
