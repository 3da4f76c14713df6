/** An audit event as the server gives it back. */
export interface StoredAuditEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly source: string
  readonly rowId?: string
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

/** A request that the stand-in for analytics hosts received. */
export interface CollectedRequest {
  readonly method: string
  readonly path: string
  readonly receivedAt: string
  readonly events: readonly {
    readonly event?: string
    readonly properties?: Readonly<Record<string, unknown>>
  }[]
}

async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, signal ? { signal } : {})
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as T
}

export function loadRows(url: string, signal: AbortSignal): Promise<readonly Record<string, unknown>[]> {
  return getJson(url, signal)
}

export async function loadAuditLog(): Promise<readonly StoredAuditEvent[]> {
  return (await getJson<{ events: readonly StoredAuditEvent[] }>('/api/logs')).events
}

export async function loadCollectedRequests(): Promise<readonly CollectedRequest[]> {
  return (await getJson<{ requests: readonly CollectedRequest[] }>('/collect/requests')).requests
}
