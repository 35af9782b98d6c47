import { describe, expectTypeOf, it } from "@effect/vitest"
import type { paths } from "@octokit/openapi-types"
import type {
  AddLabels,
  CreateComment,
  CreatePull,
  EditPull,
  MergePull,
  RequestReviewers,
  UpdateBranch
} from "../../src/github/schemas.ts"

type Pull = "/repos/{owner}/{repo}/pulls/{pull_number}"
type Issue = "/repos/{owner}/{repo}/issues/{issue_number}"

/** What the published types say of the body of an operation. */
type Published<Operation> = Operation extends {
  readonly requestBody?: { readonly content: { readonly "application/json": infer Body } } | undefined
}
  ? NonNullable<Body>
  : never

/** Keys of ours that are not theirs: GitHub would ignore them. */
type Unknown<Ours, Theirs> = Exclude<keyof Ours, Theirs extends unknown ? keyof Theirs : never>

type Mutable<A> = { -readonly [K in keyof A]: A[K] extends ReadonlyArray<infer Item> ? Array<Item> : A[K] }

type Holds<Ours, Theirs> = [Unknown<Ours, Theirs>] extends [never]
  ? Mutable<Ours> extends Theirs
    ? true
    : false
  : false

describe("what is sent to GitHub", () => {
  it("is what the published types take", () => {
    expectTypeOf<
      Holds<typeof CreatePull.Type, Published<paths["/repos/{owner}/{repo}/pulls"]["post"]>>
    >().toEqualTypeOf<true>()
    expectTypeOf<Holds<typeof EditPull.Type, Published<paths[Pull]["patch"]>>>().toEqualTypeOf<true>()
    expectTypeOf<Holds<typeof MergePull.Type, Published<paths[`${Pull}/merge`]["put"]>>>().toEqualTypeOf<true>()
    expectTypeOf<
      Holds<typeof UpdateBranch.Type, Published<paths[`${Pull}/update-branch`]["put"]>>
    >().toEqualTypeOf<true>()
    expectTypeOf<
      Holds<typeof RequestReviewers.Type, Published<paths[`${Pull}/requested_reviewers`]["post"]>>
    >().toEqualTypeOf<true>()
    expectTypeOf<
      Holds<typeof CreateComment.Type, Published<paths[`${Issue}/comments`]["post"]>>
    >().toEqualTypeOf<true>()
    expectTypeOf<Holds<typeof AddLabels.Type, Published<paths[`${Issue}/labels`]["post"]>>>().toEqualTypeOf<true>()
  })

  it("would be found out if it were not", () => {
    type Create = Published<paths["/repos/{owner}/{repo}/pulls"]["post"]>
    expectTypeOf<Holds<typeof CreatePull.Type & { readonly drafft: true }, Create>>().toEqualTypeOf<false>()
    expectTypeOf<Holds<{ readonly title: string; readonly head: string }, Create>>().toEqualTypeOf<false>()
    expectTypeOf<Holds<{ readonly head: number; readonly base: string }, Create>>().toEqualTypeOf<false>()
  })
})
