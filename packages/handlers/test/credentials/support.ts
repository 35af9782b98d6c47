/** Credentials over the forge's database, under keys that a test chooses. */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect, Layer, Redacted } from "effect"
import { createHash } from "node:crypto"
import {
  type Authenticator,
  CredentialStore,
  keysFromText,
  KeyProvider,
  layerOf,
  noKeys
} from "../../src/credentials/index.ts"
import { type CredentialTable, tableOf } from "../../src/credentials/credentialTables.ts"
import { createUser } from "../../src/index.ts"

/** The key of an id is the same in every test. */
export const keyText = (...ids: ReadonlyArray<string>) =>
  Redacted.make(ids.map((id) => `${id} ${createHash("sha256").update(id).digest("base64")}`).join("\n"))

/** Only the ids' first has the key of its id; `wrong` is another key under the same id. */
export const otherKeyText = (id: string) =>
  Redacted.make(`${id} ${createHash("sha256").update(`not ${id}`).digest("base64")}`)

/** The keys of these ids, the first current; none where there is none. */
export const keysOf = (...ids: ReadonlyArray<string>): Layer.Layer<KeyProvider> =>
  ids.length === 0 ? noKeys : Layer.orDie(layerOf(keysFromText(keyText(...ids))))

/** Runs it with a store of its own under these keys. */
export const under =
  (keys: Layer.Layer<KeyProvider>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provide(effect, CredentialStore.layer.pipe(Layer.provideMerge(keys)))

let names = 0

/** The scope of a user that there was not before. */
export const newScope = Effect.gen(function* () {
  const { id } = yield* createUser({ login: `holder-${names++}` })
  return { userId: id, externalServiceType: "github", externalServiceId: "https://github.example/" }
})

export const newHost = () => ({
  externalServiceType: "github",
  externalServiceId: `https://host-${names++}.example/`
})

export const token = (text = "ghp_PLANTED"): Authenticator => ({
  _tag: "OAuthBearerToken",
  token: Redacted.make(text)
})

/** What is in the columns of a row. */
export const stored = (name: CredentialTable, id: number) =>
  Effect.flatMap(Database, ({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select()
          .from(tableOf(name))
          .where(eq(tableOf(name).id, id))
      ),
      ([row]) => row!
    )
  )

/** Changes the columns of a row behind the store's back. */
export const alterStored = (
  name: CredentialTable,
  id: number,
  values: Partial<(typeof import("../../src/schema/credentials.ts").siteCredentials)["$inferInsert"]>
) =>
  Effect.flatMap(Database, ({ run }) =>
    Object.keys(values).length === 0
      ? Effect.void
      : Effect.asVoid(
          run((db) =>
            db
              .update(tableOf(name))
              .set(values)
              .where(eq(tableOf(name).id, id))
          )
        )
  )
