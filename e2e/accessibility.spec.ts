import { AxeBuilder } from '@axe-core/playwright'
import { expect, openDataset, test } from './fixtures.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 360]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      for (const dataset of ['employees', 'movies', 'flights']) {
        await openDataset(page, dataset)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      }
      await openDataset(page, 'employees')
      await page
        .getByRole('gridcell', { name: /@example\.com/ })
        .first()
        .dblclick()
      const editing = await new AxeBuilder({ page }).analyze()
      expect(editing.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      expect(overflows).toBe(false)
    })
  }
}

test('the grid is worked by keyboard alone', async ({ page }) => {
  await openDataset(page, 'employees')
  await page.getByRole('gridcell', { name: 'E00001' }).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('F2')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('Ada Lovelace')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: 'Ada Lovelace' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+End')
  await expect(page.getByRole('row', { name: /E10000/ })).toBeVisible()
})
