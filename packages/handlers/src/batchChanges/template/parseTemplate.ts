/**
 * Reads a template. Pure.
 */
import { type Expression, type Template, TemplateProblem } from "./Expression.ts"
import { functions } from "./functions.ts"

/** Gives what is wrong in place of a template that is. */
export const parseTemplate = (source: string): Template | TemplateProblem => {
  const parts: Array<string | Expression> = []
  let at = 0
  for (;;) {
    const open = source.indexOf("${{", at)
    if (open < 0) break
    const close = endOf(source, open + 3)
    if (close < 0) return new TemplateProblem("`${{` has no `}}` after it")
    if (open > at) parts.push(source.slice(at, open))
    const expression = parseExpression(source.slice(open + 3, close))
    if (expression instanceof TemplateProblem) return expression
    parts.push(expression)
    at = close + 2
  }
  if (at < source.length) parts.push(source.slice(at))
  return parts
}

/** Where `}}` is, outside of quotes. */
const endOf = (source: string, from: number): number => {
  const token = /"(?:[^"\\]|\\.)*"|\}\}/g
  token.lastIndex = from
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    if (found[0] === "}}") return found.index
  }
  return -1
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_][\w-]*(?:\.[\w-]+)*)|([()|]))/y

const parseExpression = (source: string): Expression | TemplateProblem => {
  const tokens = tokenize(source.trim())
  if (tokens instanceof TemplateProblem) return tokens
  if (tokens.length === 0) return new TemplateProblem("`${{ }}` has nothing in it")
  const reader = { tokens, at: 0 }
  const expression = readPipe(reader)
  if (expression instanceof TemplateProblem) return expression
  const rest = reader.tokens[reader.at]
  return rest === undefined ? expression : new TemplateProblem(`there is a ${quote(rest)} too many`)
}

const tokenize = (source: string): ReadonlyArray<string> | TemplateProblem => {
  const tokens: Array<string> = []
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(source)
    if (found === null) {
      if (source.slice(at).trim() === "") break
      return new TemplateProblem(`cannot read ${quote(source.slice(at).trim())}`)
    }
    tokens.push(found[0].trim())
  }
  return tokens
}

interface Reader {
  readonly tokens: ReadonlyArray<string>
  at: number
}

/** `value | function argument`: what comes before is the last argument of what comes after. */
const readPipe = (reader: Reader): Expression | TemplateProblem => {
  let left = readCall(reader, [])
  while (!(left instanceof TemplateProblem) && reader.tokens[reader.at] === "|") {
    reader.at++
    left = readCall(reader, [left])
  }
  return left
}

const readCall = (reader: Reader, piped: ReadonlyArray<Expression>): Expression | TemplateProblem => {
  const name = reader.tokens[reader.at]
  const called = name === undefined || !Object.hasOwn(functions, name) ? undefined : functions[name]
  if (called === undefined || name === undefined) {
    if (piped.length > 0) return new TemplateProblem(`after \`|\` goes a function, not ${quote(name ?? "")}`)
    return readTerm(reader)
  }
  reader.at++
  const given: Array<Expression> = []
  while (reader.at < reader.tokens.length && !["|", ")"].includes(reader.tokens[reader.at]!)) {
    const argument = readTerm(reader)
    if (argument instanceof TemplateProblem) return argument
    given.push(argument)
  }
  const all = [...given, ...piped]
  if (all.length < called.min || all.length > called.max) {
    const takes = called.max === called.min ? `${called.min}` : `at least ${called.min}`
    return new TemplateProblem(`${name} takes ${takes} values, and has ${all.length}`)
  }
  return { _tag: "Call", name, arguments: all }
}

const readTerm = (reader: Reader): Expression | TemplateProblem => {
  const token = reader.tokens[reader.at++]
  if (token === undefined) return new TemplateProblem("something is missing at the end")
  if (token === "(") {
    const inner = readPipe(reader)
    if (inner instanceof TemplateProblem) return inner
    return reader.tokens[reader.at++] === ")" ? inner : new TemplateProblem("`(` has no `)` after it")
  }
  if (token === ")" || token === "|") return new TemplateProblem(`there is a ${quote(token)} too many`)
  if (token.startsWith('"')) return literal(token)
  if (/^-?\d/.test(token)) return { _tag: "Literal", value: Number(token) }
  if (token === "true" || token === "false") return { _tag: "Literal", value: token === "true" }
  return { _tag: "Path", parts: token.split(".") }
}

const literal = (token: string): Expression | TemplateProblem => {
  try {
    return { _tag: "Literal", value: String(JSON.parse(token)) }
  } catch {
    return new TemplateProblem(`${token} is no text: quotes and backslashes in it need a backslash`)
  }
}

const quote = (text: string): string => `\`${text}\``
