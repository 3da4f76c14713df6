import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { act, render, screen } from '@testing-library/react'
import { GridKitError } from '@gridkit/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startPlugins } from './examples/managed-plugins.ts'
import { PeopleGrid } from './examples/people-grid.tsx'
import { findExpensive } from './examples/without-react.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The pages whose code blocks are tested. */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

interface CodeBlock {
  readonly page: string
  readonly file: string | undefined
  readonly language: string
  readonly code: string
}

function codeBlocks(page: string): readonly CodeBlock[] {
  const fence = /(?:<!-- (\S+) -->\n+)?```(\w*)\n([\s\S]*?)```/g
  return [...read(page).matchAll(fence)].map(([, file, language = '', code = '']) => ({
    page,
    file,
    language,
    code,
  }))
}

const blocks = pages.flatMap(codeBlocks)
const programs = blocks.filter(({ language }) => ['ts', 'tsx', 'js', 'jsx'].includes(language))
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.trim().split('\n'))

describe('code blocks', () => {
  test.each(programs.map((block) => [`${block.page}: ${block.file ?? block.code.slice(0, 40)}`, block]))(
    '%s is a tested example, letter for letter',
    (_, { file, code }) => {
      expect(file).toBeDefined()
      expect(code).toBe(read(file ?? ''))
    },
  )

  test('every command is one that .ci/run or the e2e tests run', () => {
    const ran = `${read('scripts/ci.mjs')}\n${read('e2e/playwright.config.ts')}`
    expect(commands.length).toBeGreaterThan(0)
    for (const command of commands) {
      const [words = ''] = command.split('#')
      expect(ran).toContain(words.trim())
    }
  })
})

describe('links', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => [page, target] as const),
  )

  test.each(links)('%s: %s is there', (page, target) => {
    expect(existsSync(join(root, dirname(page), target))).toBe(true)
  })
})

describe('examples', () => {
  afterEach(() => vi.unstubAllGlobals())

  test('managed plugins: come from a file, ask a person, and are turned off', async () => {
    const asked: string[] = []
    const manager = await startPlugins(async ({ permission }) => asked.push(permission) > 0)
    expect(asked).toEqual(['state:read', 'methods:register', 'events:subscribe:row:*'])
    expect(manager.getPlugin('@acme/outliers')).toMatchObject({
      status: 'stopped',
      enabled: false,
      origin: 'loader',
    })
    expect(manager.permissionAudit.query({ action: 'revoke' })).toHaveLength(1)
    await manager.destroy()
  })

  test('without React: finds the outlier', async () => {
    const data = Array.from({ length: 20 }, (_, index) => ({
      id: `p${index}`,
      price: index === 7 ? 900 : 10 + index,
    }))
    expect(await findExpensive(data)).toEqual(['p7'])
  })

  test('the people grid renders and exports', async () => {
    const downloads: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      downloads.push(blob as Blob)
      return 'blob:people'
    })
    render(<PeopleGrid data={[{ id: '1', name: 'Ada', email: 'ada@example.com', salary: 100 }]} />)
    expect(screen.getByRole('grid', { name: 'People' })).toBeDefined()
    await act(async () => screen.getByRole('button', { name: 'Export CSV' }).click())
    await vi.waitFor(() => expect(downloads).toHaveLength(1))
    expect(await downloads[0]?.text()).toContain('Name,E-mail,Salary\r\nAda,ada@example.com,100')
  })
})

describe('docs/errors.md', () => {
  const sources = ['core', 'plugins', 'react'].flatMap((name) => {
    const directory = `packages/${name}/src`
    return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.test/.test(file))
      .map((file) => read(`${directory}/${file}`))
  })
  const codes = [...new Set(sources.flatMap((source) => source.match(/'GK_[A-Z_]+'/g) ?? []))].map((code) =>
    code.slice(1, -1),
  )
  const page = read('docs/errors.md')

  test.each(codes)('explains %s', (code) => {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\| .+ \\| .+ \\|$`, 'm'))
  })

  test('explains no code that is gone', () => {
    const explained = page.match(/GK_[A-Z_]+/g) ?? []
    expect([...new Set(explained)].toSorted()).toEqual(codes.toSorted())
    expect(new GridKitError({ code: 'GK_X', message: 'm', hint: 'h' })).toBeInstanceOf(Error)
  })
})
