import { Cause, Exit } from "effect"
import { describe, expect, it } from "vitest"
import { describe as describeCause } from "../src/errors/describe.ts"
import { endCode } from "../src/errors/endCode.ts"
import { exitCodeOf } from "../src/errors/exitCode.ts"

describe("exitCodeOf", () => {
  it.each([
    ["JobUnknown", 3],
    ["RepositoryUnknown", 3],
    ["PullRequestNotFound", 3],
    ["Forbidden", 4],
    ["HeadMismatch", 4],
    ["JobRefused", 4],
    ["PullRequestNotMergeable", 4],
    ["PullRequestRejected", 4],
    ["QueryRejected", 2],
    ["VerdictMissing", 2],
    ["BatchSpecRejected", 4],
    ["BatchSpecFailed", 1],
    ["PlanMoved", 4],
    ["PlanUnseen", 2],
    ["ChangesetsRefused", 4],
    ["ChangesetMissing", 3],
    ["BatchChangeNameUnknown", 3],
    ["BulkOperationFailed", 1],
    ["DatabaseUnavailable", 5],
    ["SchemaOutdated", 5],
    ["StatementRejected", 1],
    ["GitFailed", 1],
    ["GitNotInstalled", 1],
    ["Defect", 1]
  ])("%s ends with %d", (tag, code) => {
    expect(exitCodeOf(tag)).toBe(code)
  })
})

describe("endCode", () => {
  it("tells an interruption from a failure and a fault", () => {
    expect(endCode(Exit.void)).toBe(0)
    expect(endCode(Exit.failCause(Cause.interrupt()))).toBe(130)
    expect(endCode(Exit.die(new Error("oh")))).toBe(1)
    expect(endCode(Exit.fail({ _tag: "JobUnknown" }))).toBe(3)
  })
})

describe("an error", () => {
  it("tells what an error knows, and not what caused it", () => {
    const error = Object.assign(new Error("no"), {
      _tag: "Broken",
      path: "a.git",
      tries: [1, 2],
      nested: { secret: "geheim" },
      cause: new Error("geheim")
    })
    expect(describeCause(Cause.fail(error))).toEqual({ _tag: "Broken", message: "no", path: "a.git", tries: [1, 2] })
  })

  it("tells each thing that is wrong with its place, as far as that is plain", () => {
    const found = { line: 5, column: 3, message: "Missing key" }
    const error = { _tag: "Broken", message: "no", problems: [found], refused: [{ cause: { secret: "geheim" } }] }
    expect(describeCause(Cause.fail(error))).toEqual({ _tag: "Broken", message: "no", problems: [found] })
  })

  it("calls a defect a fault of Drover's, without its stack", () => {
    expect(describeCause(Cause.die(new TypeError("x is undefined")))).toEqual({
      _tag: "Defect",
      message: "This is a fault of Drover itself: x is undefined"
    })
  })

  it("knows a database that lacks migrations by what it lacks", () => {
    const error = Object.assign(new Error('relation "jobs" does not exist'), {
      _tag: "StatementRejected",
      code: "42P01"
    })
    expect(describeCause(Cause.fail(error))).toMatchObject({ _tag: "SchemaOutdated" })
  })
})
