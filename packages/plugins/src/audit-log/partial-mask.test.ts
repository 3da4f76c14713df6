import { expect, test } from 'vitest'
import { partialMask } from './partial-mask.ts'

test.each([
  ['jane@example.com', 'j***@e***.com'],
  ['j@e.co', '***@***.co'],
  ['a.b+c@mail.example.co.uk', 'a***@m***.uk'],
  ['123-45-6789', '***-**-6789'],
  ['4111 1111 1111 1234', '**** **** **** 1234'],
  ['1990-01-02', '****-**-**'],
  ['Ada Lovelace', 'A** L*******'],
  ['Li', '**'],
  ['7 Elm Road, 90210', '* E** R***, *****'],
  ['漢字かな', '漢***'],
  ['', ''],
])('%s becomes %s', (text, masked) => {
  expect(partialMask(text)).toBe(masked)
})
