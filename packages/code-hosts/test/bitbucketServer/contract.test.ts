import { Effect, Layer } from "effect"
import { addComment } from "../../src/testing/forge/index.ts"
import { contract } from "../../src/testing/index.ts"
import { bitbucket } from "./support.ts"

const tried = (name: string, { scene }: ReturnType<typeof bitbucket>) =>
  contract(name, {
    layer: Layer.empty,
    scene: Effect.gen(function* () {
      const on = yield* scene()
      const { forge, remote } = on
      return {
        host: on.host,
        repository: on.repository,
        people: {
          commit: (branch, files) => Effect.promise(() => forge.commit(remote, branch, files)),
          move: (branch, to) =>
            Effect.promise(() => (to === null ? forge.deleteBranch(remote, branch) : forge.move(remote, branch, to))),
          say: (externalId, body) =>
            Effect.promise(() => addComment(forge, remote, forge.addUser("bob"), on.pullRequest(externalId), body)),
          comments: (externalId) => Effect.sync(() => on.pullRequest(externalId).comments.map(({ body }) => body)),
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

tried("Bitbucket Data Center, for somebody who may write", bitbucket())
tried("Bitbucket Server before it had drafts", bitbucket({ version: "7.21.0" }))
