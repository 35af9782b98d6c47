import { assert, describe, it } from "@effect/vitest"
import { mayCollide } from "../../../src/batchChanges/collisions/mayCollide.ts"

const changed = (path: string, status: "added" | "deleted" | "modified" = "modified") => [
  { path, status, previousPath: undefined }
]
const renamed = (previousPath: string, path: string) => [{ path, previousPath, status: "renamed" as const }]

type Change = Parameters<typeof mayCollide>[0][number]

describe("changes that can stand in each other's way", () => {
  const cases: ReadonlyArray<readonly [string, Change, Change, boolean]> = [
    ["one file", changed("a"), changed("a"), true],
    ["two files", changed("a"), changed("b"), false],
    ["two files of a folder", changed("x/a", "added"), changed("x/b", "deleted"), false],
    ["a file that the other renamed", changed("a"), renamed("a", "b"), true],
    ["a file that the other put where one was renamed to", changed("b", "added"), renamed("a", "b"), true],
    ["a file that is the other's folder", changed("x", "added"), changed("x/y/a", "added"), true],
    ["a name that begins alike", changed("x", "added"), changed("xy/a", "added"), false],
    ["a new file where the other renamed the folder", changed("x/new", "added"), renamed("x/a", "y/a"), true],
    ["one below it", changed("x/sub/new", "added"), renamed("x/sub/a", "y/sub/a"), true],
    ["a changed file beside it", changed("x/b"), renamed("x/a", "y/a"), false],
    ["a new file where the other renamed a file", changed("x/new", "added"), renamed("x/a", "x/b"), false]
  ]
  it.each(cases)("%s", (_name, one, other, may) => {
    assert.deepStrictEqual(mayCollide([one, other]), may ? [[0, 1]] : [])
    assert.deepStrictEqual(mayCollide([other, one]), may ? [[0, 1]] : [])
  })

  it("are each found once, in order", () => {
    const both = [...changed("a"), ...changed("b")]
    assert.deepStrictEqual(mayCollide([both, changed("c"), both, changed("b")]), [
      [0, 2],
      [0, 3],
      [2, 3]
    ])
  })
})
