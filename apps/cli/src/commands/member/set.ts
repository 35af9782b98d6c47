import { requireRole, setRole } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { actor, requireRepository, requireUser } from "../../actor.ts"
import { repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

export const setMember = Command.make(
  "set",
  {
    repo,
    login: Argument.String("login"),
    role: Argument.Literals("role", ["read", "write", "admin", "none"]).pipe(
      Argument.withDescription("write also pushes and merges, admin also changes settings; none takes it away")
    )
  },
  Effect.fnUntraced(function* ({ login, repo: name, role: wanted }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    yield* requireRole(actorId, repository, "admin")
    const user = yield* requireUser(login)
    const role = wanted === "none" ? null : wanted
    yield* setRole({ repositoryId: repository.id, userId: user.id, role })
    yield* show({ repository: repository.name, login: user.login, role }, () =>
      role === null
        ? `${user.login} has no role in ${repository.name} any more\n`
        : `${user.login} has the role ${role} in ${repository.name}\n`
    )
  })
).pipe(
  Command.withDescription("Give a user a role in a repository, in place of the one before"),
  Command.provide(forge)
)
