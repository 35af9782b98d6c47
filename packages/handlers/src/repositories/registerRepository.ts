/**
 * Makes the forge know a bare repository.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { repositories } from "../schema/repositories.ts"

/** @category options */
export interface RegisterRepository {
  readonly name: string
  /** Of a bare repository on this host. */
  readonly path: string
  /** Defaults to `main`. */
  readonly defaultBranch?: string | undefined
}

/** Registering a name again updates its path: a restart may find its repositories elsewhere. @category operations */
export const registerRepository = ({ defaultBranch = "main", name, path }: RegisterRepository) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .insert(repositories)
          .values({ name, path, defaultBranch })
          .onConflictDoUpdate({ target: repositories.name, set: { path, defaultBranch } })
          .returning()
      ),
      ([row]) => row!
    )
  )
