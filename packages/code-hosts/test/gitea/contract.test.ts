import { Effect, Layer } from "effect"
import { addComment } from "../../src/testing/forge/index.ts"
import { contract } from "../../src/testing/index.ts"
import { gitea } from "./support.ts"

const { scene } = gitea()

contract("Gitea, for somebody who may write", {
  layer: Layer.empty,
  scene: Effect.gen(function* () {
    const on = yield* scene()
    const { forge, remote } = on
    const pullRequest = (externalId: string) => {
      const found = remote.pullRequests.get(Number(externalId))
      if (found === undefined) throw new Error(`There is no pull request ${externalId}`)
      return found
    }
    return {
      host: on.host,
      repository: on.repository,
      people: {
        commit: (branch, files) => Effect.promise(() => forge.commit(remote, branch, files)),
        move: (branch, to) =>
          Effect.promise(() => (to === null ? forge.deleteBranch(remote, branch) : forge.move(remote, branch, to))),
        say: (externalId, body) =>
          Effect.promise(() => addComment(forge, remote, forge.addUser("bob"), pullRequest(externalId), body)),
        comments: (externalId) => Effect.sync(() => pullRequest(externalId).comments.map(({ body }) => body)),
        message: (commit) => Effect.promise(() => forge.message(remote, commit)),
        archive: Effect.sync(() => {
          remote.archived = true
        })
      },
      // on top of what may be on the host alone
      build: (parent, files) =>
        Effect.andThen(
          Effect.promise(() => on.take(parent)),
          on.commit(parent, files)
        ),
      settle: Effect.void
    }
  })
})
