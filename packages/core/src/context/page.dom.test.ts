import { describe, expect, test, vi } from 'vitest'
import { pageDownload } from './download.ts'
import { pageAddress } from './fetch.ts'

describe('a page', () => {
  test('has an address', () => {
    expect(pageAddress()).toBe(globalThis.location.href)
  })

  test('is given a download by a link that is clicked, and taken away', () => {
    vi.useFakeTimers()
    const clicked: string[] = []
    const create = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:a')
    const revoke = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue()
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push(`${this.download} ${this.href}`)
    })
    pageDownload('a.csv', new Blob(['a']))
    expect(create).toHaveBeenCalledOnce()
    expect(clicked).toEqual(['a.csv blob:a'])
    expect(document.querySelector('a')).toBeNull()
    vi.runAllTimers()
    vi.useRealTimers()
    expect(revoke).toHaveBeenCalledWith('blob:a')
  })
})
