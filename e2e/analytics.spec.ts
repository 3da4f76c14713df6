import { expect, openDataset, test } from './fixtures.ts'

interface Collected {
  readonly requests: readonly {
    readonly method: string
    readonly path: string
    readonly events: readonly {
      readonly event: string
      readonly properties: Readonly<Record<string, unknown>>
    }[]
  }[]
}

test('nothing is loaded, stored or sent before consent; the real SDK sends after it', async ({
  page,
  requests,
}) => {
  await openDataset(page, 'movies')
  const collected = async (): Promise<Collected> =>
    (await (await page.request.get('/collect/requests')).json()) as Collected
  const sdkRequests = (): string[] =>
    requests.map((request) => request.url()).filter((url) => /mixpanel|\/collect\/track/.test(url))

  await page
    .getByRole('columnheader', { name: /^Title/ })
    .getByRole('button')
    .first()
    .click()
  await expect(page.getByRole('columnheader', { name: /^Title/ })).toHaveAttribute('aria-sort', 'ascending')
  expect(sdkRequests()).toEqual([])
  expect((await collected()).requests).toEqual([])
  expect(await page.context().cookies()).toEqual([])
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('mp_')))).toEqual(
    [],
  )

  await page.getByLabel('I agree').check()
  await page
    .getByRole('columnheader', { name: /^Title/ })
    .getByRole('button')
    .first()
    .click()
  await expect
    .poll(async () => (await collected()).requests.flatMap(({ events }) => events.map(({ event }) => event)))
    .toContain('Table Sorted')
  const request = (await collected()).requests.find(({ events }) =>
    events.some(({ event }) => event === 'Table Sorted'),
  )
  expect(request).toMatchObject({ method: 'POST' })
  expect(request?.path).toMatch(/^\/track\//)
  expect(request?.events[0]?.properties).toMatchObject({
    token: 'gridkit-demo',
    $insert_id: expect.any(String),
  })
})
