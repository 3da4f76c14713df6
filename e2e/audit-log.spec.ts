import { expect, openDataset, test } from './fixtures.ts'

interface StoredEvent {
  readonly id: string
  readonly type: string
  readonly source: string
  readonly rowId: string
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

test('an edit reaches the server log, masked and encrypted, and nothing of it does in the clear', async ({
  page,
  requests,
}) => {
  await openDataset(page, 'employees')
  const stored = async (): Promise<readonly StoredEvent[]> => {
    const response = await page.request.get('/api/logs')
    const { events } = (await response.json()) as { events: readonly StoredEvent[] }
    return events.filter(({ id }) => !earlier.has(id))
  }
  // Other tests use the same server.
  const earlier = new Set<string>()
  for (const { id } of await stored()) earlier.add(id)

  const row = page.getByRole('row').filter({ hasText: 'E00001' })
  const email = row.getByRole('gridcell').nth(3)
  const before = (await email.textContent()) ?? ''
  await email.dblclick()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('canary.person@secret.example')
  await page.keyboard.press('Enter')
  await expect(email).toHaveText('canary.person@secret.example')

  const salary = row.getByRole('gridcell').nth(8)
  await salary.dblclick()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('987654')
  await page.keyboard.press('Enter')

  await expect.poll(async () => (await stored()).length).toBe(2)
  const [edit, raise] = await stored()
  expect(edit).toMatchObject({ type: 'row:update', source: 'user', rowId: 'E00001' })
  expect(edit?.after['email']).toMatch(/^c\*+@s\*+\.example$/)
  expect(edit?.before['email']).not.toBe(before)
  expect(raise?.after['salary']).toMatchObject({ encrypted: expect.any(String) })

  const sent = requests.map((request) => `${request.url()} ${request.postData() ?? ''}`).join('\n')
  const log = JSON.stringify(await stored())
  for (const secret of ['canary.person', before, '987654']) {
    expect(sent).not.toContain(secret)
    expect(log).not.toContain(secret)
  }
  await expect(page.getByRole('complementary')).toContainText('row:update')
})
