import { expect, test } from 'vitest'
import { escapeFormula } from './formula-guard.ts'

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '\nx',
  '=1+1\nx',
  ' =1+1',
  '\n=cmd',
  '\u00A0\u3000=1',
  '\u200B=1',
  '\uFEFF=1',
  '\u0000=1',
  '＝1+1',
  ' ＋1',
  '－1',
  '＠x',
])('%j is neutralised', (text) => {
  expect(escapeFormula(text)).toBe(`'${text}`)
})

test.each(['', 'a=1', '1-1', 'jane@example.com', "'=1", '(=1)'])('%j stays', (text) => {
  expect(escapeFormula(text)).toBe(text)
})
