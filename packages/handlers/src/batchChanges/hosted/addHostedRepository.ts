/**
 * Makes a copy of a repository of a code host, and has the forge know it.
 *
 * Served by the unique key of the name, and by `repositories_external_key`.
 */
import { Database } from "@drover/core"
import { initBare, setDefaultBranch } from "@drover/git"
import { and, eq, or } from "drizzle-orm"
import { Effect, FileSystem } from "effect"
import type { Repository } from "../../repositories/findRepository.ts"
import { registerRepository } from "../../repositories/registerRepository.ts"
import { RepositoryRejected, RepositoryUnwritable } from "../../repositories/RepositoryError.ts"
import { brokenNameRule } from "../../repositories/repositoryName.ts"
import { repositories } from "../../schema/repositories.ts"
import { hostIdOf } from "../host/configured/hostIdOf.ts"
import { bringBranches } from "./bringBranches.ts"
import { HostedRepositoryTaken, type OnHost } from "./HostedRepository.ts"

/** @category options */
export interface AddHostedRepository extends OnHost {
  /** What it is called here, `owner/name`. Defaults to its name on the host. */
  readonly name?: string | undefined
  /** The folder that holds repositories: `acme/billing` goes to `acme/billing.git` in it. */
  readonly root: string
  /** Defaults to `private`: what a host shows to the site's credential need not be for everybody. */
  readonly visibility?: Repository["visibility"] | undefined
}

/**
 * Brings its branches, with the site's credential for the host. One that is here already is brought up to date.
 *
 * Where it cannot be brought, the forge knows nothing of it, and adding it again goes on with what is on disk.
 *
 * @category operations
 */
export const addHostedRepository = Effect.fn("Repositories.addHosted")(function* (options: AddHostedRepository) {
  const { run, transaction } = yield* Database
  const { externalName, externalServiceType, root, visibility } = options
  const externalServiceId = hostIdOf(options.externalServiceId)
  const onHost: OnHost = { externalName, externalServiceId, externalServiceType }
  const name = options.name ?? externalName
  const broken = brokenNameRule(name)
  if (broken !== undefined) return yield* new RepositoryRejected({ field: "name", rule: broken })

  const known = yield* requireFree(name, onHost)
  const path = known?.path ?? `${root}/${name}.git`
  if (known === undefined) yield* requireCopy(path)
  const defaultBranch = yield* bringBranches({ ...(known ?? nobody), ...onHost, name, path })
  if (defaultBranch !== null) yield* setDefaultBranch({ repository: path, branch: defaultBranch })

  return yield* transaction(
    Effect.gen(function* () {
      const { id } = yield* registerRepository({ name, path, visibility, defaultBranch: defaultBranch ?? undefined })
      const [repository] = yield* run((db) =>
        db.update(repositories).set(onHost).where(eq(repositories.id, id)).returning()
      )
      return repository!
    })
  )
})

/** Gives it where it is here already. */
const requireFree = Effect.fnUntraced(function* (name: string, onHost: OnHost) {
  const { run } = yield* Database
  const r = repositories
  const external = and(
    eq(r.externalServiceType, onHost.externalServiceType),
    eq(r.externalServiceId, onHost.externalServiceId),
    eq(r.externalName, onHost.externalName)
  )
  const found = yield* run((db) =>
    db
      .select()
      .from(r)
      .where(or(eq(r.name, name), external))
  )
  const here = found.find(
    (one) =>
      one.externalServiceType === onHost.externalServiceType &&
      one.externalServiceId === onHost.externalServiceId &&
      one.externalName === onHost.externalName
  )
  const repository = `${onHost.externalName} of ${onHost.externalServiceId}`
  if (here !== undefined && here.name !== name) {
    return yield* new HostedRepositoryTaken({ repository, taken: here.name, by: "host" })
  }
  if (here === undefined && found.length > 0) {
    return yield* new HostedRepositoryTaken({ repository, taken: name, by: "name" })
  }
  return here
})

/** What an earlier attempt left on disk is gone on with; anything else that is there is left alone. */
const requireCopy = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const unwritable = Effect.mapError((cause) => new RepositoryUnwritable({ path, cause }))
  const marker = `${path}/drover-copy`
  if ((yield* unwritable(fileSystem.exists(path))) && !(yield* unwritable(fileSystem.exists(marker)))) {
    return yield* new RepositoryRejected({
      field: "path",
      rule: `${path} is there already, and no copy that was begun: choose another name, or move it away`
    })
  }
  yield* initBare({ path })
  yield* unwritable(fileSystem.writeFileString(marker, "Drover's copy of a repository of a code host\n"))
})

/** What is not known of a repository that is not registered yet. */
const nobody: Repository = {
  id: 0,
  name: "",
  path: "",
  defaultBranch: "main",
  externalServiceType: null,
  externalServiceId: null,
  externalName: null,
  broughtAt: null,
  bringError: null,
  visibility: "private",
  refsCheckedAt: new Date(0),
  pushedAt: null,
  archivedAt: null,
  deletedAt: null,
  createdAt: new Date(0)
}
