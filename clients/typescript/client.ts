// A client of Antojo's REST API for browsers and Node 20 or later. The types come
// from the OpenAPI document (schema.d.ts); this file is all that runs.
import type { paths } from './schema'

type Verb = 'get' | 'post'
type Op<P extends keyof paths, V extends Verb> = NonNullable<paths[P][V]>
type PathsOf<V extends Verb> = { [P in keyof paths]: paths[P][V] extends object ? P : never }[keyof paths]

type Params<O> = O extends { parameters: infer A } ? A : never
type Part<O, K extends string> = Params<O> extends { [k in K]?: infer Q } ? Q : never
type JSONOf<R> = R extends { content: { 'application/json': infer T } } ? T : unknown
type Answer<O> = O extends { responses: infer R }
  ? R extends { 200: infer A } ? JSONOf<A> : R extends { 202: infer A } ? JSONOf<A> : unknown
  : unknown
type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never

export interface Input<O> {
  path?: Part<O, 'path'>
  query?: Part<O, 'query'>
  header?: Record<string, string>
  /** An object is sent as JSON; text and bytes as they are, with the content type beside them. */
  body?: Body<O> | string | Blob | Uint8Array
  contentType?: string
  signal?: AbortSignal
}

/** What the server says when it does not answer well (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: { location?: string; message?: string; value?: unknown }[],
    /** Seconds to wait, where the server says so. */
    readonly retryAfter?: number,
  ) {
    super(`${status} ${title}: ${detail}`)
    this.name = 'Problem'
  }
}

export class Antojo {
  /** @param token of `antojo tokens create`; none is needed to read on the server's machine */
  constructor(
    private readonly server: string,
    private readonly token?: string,
  ) {}

  /** Asks for a resource: get('/api/v1/trends', { query: { kind: ['dish'] } }). */
  get<P extends PathsOf<'get'>>(path: P, input: Input<Op<P, 'get'>> = {}): Promise<Answer<Op<P, 'get'>>> {
    return this.send('GET', path, input as Input<unknown>) as Promise<Answer<Op<P, 'get'>>>
  }

  /** Sends something: post('/api/v1/annotate', { body: { texts: [{ text }] } }). */
  post<P extends PathsOf<'post'>>(path: P, input: Input<Op<P, 'post'>>): Promise<Answer<Op<P, 'post'>>> {
    return this.send('POST', path, input as Input<unknown>) as Promise<Answer<Op<P, 'post'>>>
  }

  /** All mentions of a filter, page after page. */
  async *mentions(query: Input<Op<'/api/v1/mentions', 'get'>>['query'] = {}) {
    for (let after: string | undefined = undefined; ; ) {
      const page: Answer<Op<'/api/v1/mentions', 'get'>> = await this.get('/api/v1/mentions', { query: { ...query, after } })
      yield* page.mentions
      if (!page.next) return
      after = page.next
    }
  }

  private async send(method: string, path: string, input: Input<unknown>): Promise<unknown> {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String((input.path as Record<string, unknown>)?.[name] ?? '')))
    const url = new URL(filled, this.server)
    for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
      for (const v of Array.isArray(value) ? value : [value]) if (v !== undefined && v !== null) url.searchParams.append(name, String(v))
    }
    const headers = new Headers(input.header)
    if (this.token) headers.set('Authorization', `Bearer ${this.token}`)
    let body: BodyInit | undefined
    if (typeof input.body === 'string' || input.body instanceof Blob || input.body instanceof Uint8Array) {
      body = input.body as BodyInit
      headers.set('Content-Type', input.contentType ?? 'application/octet-stream')
    } else if (input.body !== undefined) {
      body = JSON.stringify(input.body)
      headers.set('Content-Type', 'application/json')
    }
    const res = await fetch(url, { method, headers, body, signal: input.signal })
    const kind = res.headers.get('Content-Type') ?? ''
    if (!res.ok) {
      const p = kind.includes('json') ? await res.json() : { title: res.statusText, detail: await res.text() }
      const wait = res.headers.get('Retry-After')
      throw new Problem(res.status, p.title ?? '', p.detail ?? '', p.errors ?? [], wait ? Number(wait) : undefined)
    }
    return kind.includes('json') && !kind.includes('ndjson') ? res.json() : res.text()
  }
}
