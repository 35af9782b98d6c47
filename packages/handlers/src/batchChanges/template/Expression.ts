/**
 * What stands between `${{` and `}}`: a value by its path, a literal, or a function of such.
 *
 *     repository.name
 *     join repository.search_result_paths " "
 *     if: ${{ and (matches repository.name "acme/*") (not outputs.skip) }}
 *
 * @category models
 */
export type Expression =
  | { readonly _tag: "Literal"; readonly value: string | number | boolean }
  | { readonly _tag: "Path"; readonly parts: ReadonlyArray<string> }
  | { readonly _tag: "Call"; readonly name: string; readonly arguments: ReadonlyArray<Expression> }

/** A template's text and expressions, in turn. @category models */
export type Template = ReadonlyArray<string | Expression>

/** What is wrong with a template, in words. */
export class TemplateProblem {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}
