// Uses the client as a reader would; the tests run it with the server's address and
// a token, and read what it prints.
import { Antojo, Problem } from './client'

declare const process: { argv: string[] }

const [, , server, token] = process.argv
const antojo = new Antojo(server, token)

const trends = await antojo.get('/api/v1/trends', { query: { kind: ['dish'], lang: 'en', limit: 3 } })
const top = trends.trends[0]

const figures = await antojo.get('/api/v1/query', { query: { measures: ['mentions', 'net_sentiment'], by: ['entity'], kind: ['dish'], order: '-mentions', limit: 1 } })

let mentions = 0
for await (const m of antojo.mentions({ entity: [figures.rows[0].keys.entity], limit: 40 })) {
  if (m.entities.length > 0) mentions++
}

const read = await antojo.post('/api/v1/annotate', { body: { texts: [{ id: 'a', text: 'El sebiche estaba buenazo' }] } })

const asked = await antojo.post('/api/v1/ask', { body: { question: '¿cuánto se habla del ceviche?' } })

let field = ''
try {
  await antojo.get('/api/v1/query', { query: { measures: ['mentions'], kind: ['soup' as 'dish'] } })
} catch (e) {
  if (!(e instanceof Problem)) throw e
  field = `${e.status} ${e.errors[0].location}`
}

console.log(
  JSON.stringify({
    verdict: top.verdict,
    entity: figures.rows[0].keys.entity,
    counted: figures.rows[0].values.mentions.value,
    mentions,
    found: read.annotations[0].entities[0].id,
    sentiment: read.annotations[0].sentiment?.label,
    field,
    asked: asked.intent,
    answered: asked.rows[0].cells[0].value === asked.mentions,
  }),
)
