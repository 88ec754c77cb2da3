// Holds the dashboards of deploy/grafana against the schema that Grafana publishes with
// each version (@grafana/schema on npm): every field must be known to that version and
// have a value of its type, and none that it needs may be missing.
//
//   node scripts/grafana-schemas.mjs SCHEMA_DIR DASHBOARD.json…
//
// SCHEMA_DIR is the unpacked package. The types are read by the TypeScript compiler of
// assets/web; a value is compared with a type here, since enums of TypeScript refuse the
// plain strings that JSON has. Geomap panels have no published schema and are passed over.
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const ts = createRequire(new URL('../assets/web/package.json', import.meta.url))('typescript')

// What may be unknown, in all versions or in those before one, with the reason.
// Whatever else a version does not know is an error.
const excuses = JSON.parse(fs.readFileSync(new URL('grafana-schemas.json', import.meta.url)))

const [dir, ...boards] = process.argv.slice(2)
const version = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'))).version

const find = (from, test) => fs.readdirSync(from, { withFileTypes: true }).flatMap(e => {
  const p = path.join(from, e.name)
  return e.isDirectory() ? find(p, test) : test(p) ? [p] : []
})
const all = find(path.join(dir, 'dist'), p => /\.d\.c?ts$/.test(p)).sort()
const index = ['dist/types/index.d.ts', 'dist/index.d.ts', 'dist/cjs/index.d.cts'].map(p => path.join(dir, p)).find(fs.existsSync)
const panelSchema = type => all.find(p => p.includes(`/composable/${type}/panelcfg/`) && p.endsWith('types.gen.d.ts'))
const querySchema = type => all.find(p => p.includes(`/composable/${type}/dataquery/`) && p.endsWith('types.gen.d.ts'))

const panelTypes = ['stat', 'timeseries', 'bargauge', 'table', 'logs', 'text']
const roots = [index, ...panelTypes.map(panelSchema), ...['prometheus', 'loki'].map(querySchema)].filter(Boolean)
const program = ts.createProgram(roots, {
  noEmit: true, strict: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, paths: { '@grafana/schema': [path.resolve(index)] }, types: [],
})
const checker = program.getTypeChecker()

const exported = (file, name) => {
  const source = file && program.getSourceFile(path.resolve(file)) || file && program.getSourceFile(file)
  if (!source) return undefined
  const symbol = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).find(s => s.name === name)
  return symbol && checker.getDeclaredTypeOfSymbol(symbol)
}

let problems = 0
const seen = new Set()
const report = (where, what) => {
  problems++
  if (seen.has(where + what)) return
  seen.add(where + what)
  console.log(`${version}: ${where}: ${what}`)
}
const earlier = (a, b) => a.localeCompare(b, undefined, { numeric: true }) < 0
const excused = where => excuses.some(e => (!e.before || earlier(version, e.before)) && new RegExp(e.where).test(where))

// fits says why a value is not of a type: [[where, what], …].
const fits = (value, type, where) => {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return []
  if (type.isUnion()) {
    const wrong = type.types.map(t => fits(value, t, where))
    // What is said of the member that is least wrong: best one of the same shape.
    const cost = w => w.length + (w.some(([at]) => at === where) ? 1000 : 0)
    const best = wrong.reduce((a, b) => (cost(b) < cost(a) ? b : a))
    return best.length && best[0][0] === where ? [[where, `is ${JSON.stringify(value)?.slice(0, 60)}, not ${checker.typeToString(type)}`]] : best
  }
  if (type.isIntersection()) {
    const known = new Set(type.getProperties().map(p => p.name))
    return fitsObject(value, type, known, where)
  }
  if (type.isLiteral() || type.flags & ts.TypeFlags.EnumLiteral && 'value' in type) {
    return value === type.value ? [] : [[where, `is ${JSON.stringify(value)}, not ${JSON.stringify(type.value)}`]]
  }
  const bad = [[where, `is ${JSON.stringify(value)?.slice(0, 60)}, not a ${checker.typeToString(type)}`]]
  if (type.flags & ts.TypeFlags.BooleanLiteral) return String(value) === checker.typeToString(type) ? [] : bad
  if (type.flags & ts.TypeFlags.StringLike) return typeof value === 'string' ? [] : bad
  if (type.flags & ts.TypeFlags.NumberLike) return typeof value === 'number' ? [] : bad
  if (type.flags & ts.TypeFlags.BooleanLike) return typeof value === 'boolean' ? [] : bad
  if (type.flags & ts.TypeFlags.Null) return value === null ? [] : bad
  if (type.flags & ts.TypeFlags.Undefined) return value === undefined ? [] : bad
  if (type.flags & ts.TypeFlags.NonPrimitive) return typeof value === 'object' ? [] : bad
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type)
    return Array.isArray(value) ? value.flatMap(v => fits(v, item, where + '[]')) : bad
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad
  return fitsObject(value, type, new Set(type.getProperties().map(p => p.name)), where)
}

const fitsObject = (value, type, known, where) => {
  const free = checker.getIndexInfosOfType(type)[0]
  const out = []
  for (const [k, v] of Object.entries(value)) {
    const at = `${where}.${k}`
    if (known.has(k)) out.push(...fits(v, checker.getTypeOfSymbol(type.getProperty(k)), at))
    else if (free) out.push(...fits(v, free.type, at))
    else if (known.size) out.push([at, 'is not known'])
  }
  for (const p of type.getProperties()) {
    if (!(p.flags & ts.SymbolFlags.Optional) && !(p.name in value)) out.push([`${where}.${p.name}`, 'is missing'])
  }
  return out
}

const hold = (value, type, where) => {
  if (!type) return report(where, 'has no schema')
  for (const [at, what] of fits(value, type, where)) if (what !== 'is not known' || !excused(at)) report(at, what)
}

const Dashboard = exported(index, 'Dashboard'), Panel = exported(index, 'Panel')
const FieldConfig = exported(all.find(p => p.includes('/raw/dashboard/') && p.endsWith('types.gen.d.ts')), 'FieldConfig') ?? exported(index, 'FieldConfig')
if (!Dashboard || !Panel || !FieldConfig) throw new Error(`${dir} has no types of dashboards`)
let panels = 0, values = 0
for (const file of boards) {
  const board = JSON.parse(fs.readFileSync(file))
  const base = path.basename(file, '.json')
  const shown = board.panels.map(p => ({ ...p }))
  hold({ ...board, panels: [] }, Dashboard, base)
  for (const p of shown) {
    panels++
    const where = `${p.type}`
    const { options, fieldConfig, targets = [], ...rest } = p
    hold({ ...rest, options: {}, fieldConfig: { defaults: {}, overrides: [] }, targets: [] }, Panel, where)
    for (const q of targets) {
      if (q.datasource.type === 'datasource') continue // Grafana's own, which has no schema
      const name = q.datasource.type === 'loki' ? 'Loki' : 'Prometheus', file = querySchema(q.datasource.type)
      const Query = exported(file, `${name}DataQuery`) ?? exported(file, name)
      if (Query) hold(q, Query, `${where}.targets[${q.datasource.type}]`)
    }
    const { custom, ...defaults } = fieldConfig?.defaults ?? {}
    hold(defaults, FieldConfig, `${where}.fieldConfig.defaults`)
    const file = panelSchema(p.type), Custom = file && exported(file, 'FieldConfig')
    if (p.type === 'geomap') continue
    hold(options ?? {}, file && exported(file, 'Options'), `${where}.options`)
    if (custom) hold(custom, Custom, `${where}.fieldConfig.defaults.custom`)
    for (const o of fieldConfig?.overrides ?? []) {
      for (const { id, value } of o.properties) {
        values++
        const [, group, key] = /^(custom)?\.?(.*)$/.exec(id)
        const property = (group ? Custom : FieldConfig)?.getProperty(key)
        if (!property) report(`${where}.overrides.${id}`, 'is not known')
        else hold(value, checker.getTypeOfSymbol(property), `${where}.overrides.${id}`)
      }
    }
  }
}
if (!panels) throw new Error('no panel was read')
console.log(`${version}: ${boards.length} dashboards, ${panels} panels, ${values} overrides, ${problems} problems`)
process.exitCode = problems ? 1 : 0
