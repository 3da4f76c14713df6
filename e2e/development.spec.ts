import { expect, openDataset, test } from './fixtures.ts'

test('the development server serves every dataset', async ({ page }) => {
  for (const dataset of ['employees', 'movies', 'flights']) {
    await openDataset(page, dataset)
    await expect(page.getByRole('gridcell').first()).toBeVisible()
  }
})
