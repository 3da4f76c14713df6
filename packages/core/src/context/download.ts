import { downloadUnavailable } from '../errors/context-errors.ts'

/** Hands a file to the user. */
export type Download = (fileName: string, content: Blob) => void

/** The part of a document that a download needs; typed here because this package has no DOM. */
interface DownloadDocument {
  createElement(name: 'a'): { href: string; download: string; click(): void; remove(): void; hidden: boolean }
  readonly body: { append(element: unknown): void }
}

/** Long enough for the slowest browser to have opened the blob. */
const revokeAfter = 60_000

/** Downloads as a click on a link would. @throws GK_DOWNLOAD_UNAVAILABLE where there is no document. */
export const pageDownload: Download = (fileName, content) => {
  const page = (globalThis as { document?: DownloadDocument }).document
  if (page === undefined) throw downloadUnavailable(fileName)
  const url = URL.createObjectURL(content)
  const link = page.createElement('a')
  link.href = url
  link.download = fileName
  link.hidden = true
  page.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), revokeAfter)
}
