import { assert, describe, it } from "@effect/vitest"
import { TemplateProblem } from "../src/batchChanges/template/Expression.ts"
import { holds, render } from "../src/batchChanges/template/render.ts"

const scope = {
  repository: { name: "acme/billing", search_result_paths: ["a.md", "b c.md"] },
  outputs: { count: 3, none: "", deep: { list: [1, 2] } },
  step: { stdout: "out\n" }
}

const rendered: ReadonlyArray<readonly [source: string, text: string]> = [
  ["plain", "plain"],
  ["", ""],
  ["${{ repository.name }}", "acme/billing"],
  ["a ${{repository.name}} b ${{ outputs.count }}", "a acme/billing b 3"],
  ["${{ repository.search_result_paths }}", "a.md b c.md"],
  ['${{ join repository.search_result_paths ", " }}', "a.md, b c.md"],
  ['${{ join (split repository.name "/") "-" }}', "acme-billing"],
  ['${{ replace repository.name "/" "-" }}', "acme-billing"],
  ['${{ replace repository.name "/" "$&" }}', "acme$&billing"],
  ['${{ join_if "-" "a" outputs.none "b" }}', "a-b"],
  ['${{ matches repository.name "acme/*" }}', "true"],
  ['${{ matches repository.name "other/*" }}', "false"],
  ['${{ "}} is no end in quotes" }}', "}} is no end in quotes"],
  ['${{ "a \\"b\\"" }}', 'a "b"'],
  ["${{ outputs.deep }}", '{"list":[1,2]}'],
  ["$${{ outputs.count }} {{ x }} ${ y }", "$3 {{ x }} ${ y }"]
]

const refused: ReadonlyArray<readonly [source: string, message: string]> = [
  ["${{ repository.nme }}", "there is no `repository.nme`: there are name, search_result_paths"],
  ["${{ missing }}", "there is no `missing`: there are repository, outputs, step"],
  ["${{ repository.name.first }}", "there is no `repository.name.first`"],
  ["${{ repository.toString }}", "there is no `repository.toString`: there are name, search_result_paths"],
  ["${{ constructor }}", "there is no `constructor`: there are repository, outputs, step"],
  ["${{ join outputs.count }}", "join takes 2 values, and has 1"],
  ["${{ eq outputs.count }}", "eq takes at least 2 values, and has 1"],
  ["${{ }}", "`${{ }}` has nothing in it"],
  ["${{ a b }}", "there is a `b` too many"],
  ["${{ (a }}", "`(` has no `)` after it"],
  ["${{ a; }}", "cannot read `;`"],
  ["${{ a", "`${{` has no `}}` after it"],
  ["${{ a | b }}", "after `|` goes a function, not `b`"]
]

const conditions: ReadonlyArray<readonly [source: string | boolean, value: boolean]> = [
  [true, true],
  [false, false],
  ["true", true],
  ["false", false],
  ["${{ outputs.count }}", true],
  ["${{ outputs.none }}", false],
  ["${{ eq outputs.count 3 }}", true],
  ["${{ eq outputs.count 1 2 }}", false],
  ["${{ ne repository.name outputs.count }}", true],
  ["${{ not outputs.none }}", true],
  ['${{ and (matches repository.name "acme/*") (not outputs.none) }}', true],
  ["${{ or outputs.none false }}", false],
  ["${{ outputs.none }}true", true]
]

describe("a template", () => {
  for (const [source, text] of rendered) {
    it(`${JSON.stringify(source)} gives ${JSON.stringify(text)}`, () => {
      assert.strictEqual(render(source, scope), text)
    })
  }

  it("passes what comes before a bar as the last value of what comes after", () => {
    assert.strictEqual(render('${{ "," | join repository.search_result_paths }}', scope), "a.md,b c.md")
  })

  for (const [source, message] of refused) {
    it(`${JSON.stringify(source)} is refused`, () => {
      const problem = render(source, scope)
      assert.instanceOf(problem, TemplateProblem)
      assert.strictEqual(problem.message, message)
    })
  }

  for (const [source, value] of conditions) {
    it(`${JSON.stringify(source)} as a condition is ${String(value)}`, () => {
      assert.strictEqual(holds(source, scope), value)
    })
  }
})
