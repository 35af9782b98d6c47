/** Real git that a test can hold still, or break, at a chosen command. */
import { Git, type GitCommand, type GitRunError } from "@drover/git"
import { Context, Deferred, Effect, Layer, type Scope, Stream } from "effect"

type Subcommand = "cat-file" | "diff-tree" | "for-each-ref" | "ls-tree" | "merge-tree" | "rev-list" | "update-ref"

/** A command that waits. */
interface Gate {
  /** Until the command has come. */
  readonly arrived: Effect.Effect<void>
  /** Lets it go on. */
  readonly open: Effect.Effect<void>
}

interface Hooks {
  readonly subcommand: Subcommand
  readonly before: Effect.Effect<void, GitRunError>
  readonly after: Effect.Effect<void, GitRunError>
}

/** What did not happen by the end of a test does not happen in the next. */
export class GitControl extends Context.Service<
  GitControl,
  {
    /** Holds the next such command before it starts. */
    readonly hold: (subcommand: Subcommand) => Effect.Effect<Gate, never, Scope.Scope>
    /** The next such command fails instead of running. */
    readonly fail: (subcommand: Subcommand, error: GitRunError) => Effect.Effect<void, never, Scope.Scope>
    /** The next such command does its work, and then everything that waited for it dies. */
    readonly crashAfter: (subcommand: Subcommand) => Effect.Effect<void, never, Scope.Scope>
  }
>()("test/GitControl") {
  static readonly layer = Layer.effectContext(
    Effect.gen(function* () {
      const git = yield* Git
      const waiting: Array<Hooks> = []
      const hooksOf = (command: GitCommand) => {
        const index = waiting.findIndex(({ subcommand }) => subcommand === command.args[0])
        return index === -1 ? undefined : waiting.splice(index, 1)[0]
      }
      const stream = (command: GitCommand) =>
        Stream.suspend(() => {
          const hooks = hooksOf(command)
          if (hooks === undefined) return git.stream(command)
          const drained = (effect: Effect.Effect<void, GitRunError>) => Stream.drain(Stream.fromEffect(effect))
          return drained(hooks.before).pipe(Stream.concat(git.stream(command)), Stream.concat(drained(hooks.after)))
        })
      const run = (command: GitCommand) =>
        Effect.suspend(() => {
          const hooks = hooksOf(command)
          return hooks === undefined
            ? git.run(command)
            : hooks.before.pipe(Effect.andThen(git.run(command)), Effect.tap(hooks.after))
        })
      const on = (subcommand: Subcommand, own: Partial<Omit<Hooks, "subcommand">>) => {
        const hooks = { subcommand, before: Effect.void, after: Effect.void, ...own }
        return Effect.asVoid(
          Effect.acquireRelease(
            Effect.sync(() => waiting.push(hooks)),
            () => Effect.sync(() => waiting.splice(0, waiting.length, ...waiting.filter((other) => other !== hooks)))
          )
        )
      }
      const control = GitControl.of({
        hold: Effect.fnUntraced(function* (subcommand) {
          const arrived = yield* Deferred.make<void>()
          const opened = yield* Deferred.make<void>()
          yield* on(subcommand, {
            before: Effect.andThen(Deferred.succeed(arrived, undefined), Deferred.await(opened))
          })
          return { arrived: Deferred.await(arrived), open: Effect.asVoid(Deferred.succeed(opened, undefined)) }
        }),
        fail: (subcommand, error) => on(subcommand, { before: Effect.fail(error) }),
        crashAfter: (subcommand) => on(subcommand, { after: Effect.die("the process is gone") })
      })
      return Context.make(Git, Git.of({ ...git, run, stream })).pipe(Context.add(GitControl, control))
    })
  )
}
