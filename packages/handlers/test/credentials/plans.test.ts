import type { Drizzle } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { and, eq, sql, type SQLWrapper } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { tableOf } from "../../src/credentials/credentialTables.ts"
import { selectSitePage } from "../../src/credentials/siteCredentials.ts"
import { selectUserPage } from "../../src/credentials/userCredentials.ts"
import { userCredentials } from "../../src/schema/credentials.ts"
import { forge } from "../support.ts"
import { execute, planOf } from "../support/plans.ts"

/** 20,000 users with two credentials each, and 20,000 of the site; five of each still unmigrated. */
const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute("insert into users (id, login) select n, 'user-' || n from generate_series(1001, 21000) n")
    const columns = "external_service_type, external_service_id, credential, encryption_key_id, ssh_migration_applied"
    const values = `'github', 'https://' || m || '.example/', '\\x7b7d'::bytea,
      case when n % 4000 = 0 then 'unmigrated' else '2026' end, n % 4000 <> 0`
    yield* execute(
      `insert into user_credentials (user_id, ${columns}, created_at)
       select n, ${values}, now() + n * interval '1 second' from generate_series(1001, 21000) n, generate_series(1, 2) m`
    )
    yield* execute(
      `insert into site_credentials (${columns}, created_at)
       select ${values}, now() + n * interval '1 second' from (select n, n as m from generate_series(1, 20000) n) n`
    )
    yield* execute("vacuum analyze")
  })
).pipe(Layer.provideMerge(forge()))

const host = { externalServiceType: "github", externalServiceId: "https://1.example/" }
const ended = ["2000-01-01", 1, "github", "x"]

/** As the out-of-band engine asks for them. */
const unmigrated = (name: "user_credentials" | "site_credentials") => (db: Drizzle) =>
  db
    .select()
    .from(tableOf(name))
    .where(sql`${tableOf(name).encryptionKeyId} in ('unmigrated', 'previously-migrated')`)
    .orderBy(tableOf(name).id)
    .limit(5)

layer(fixture, { excludeTestServices: true, timeout: "60 seconds" })("among 60,000 credentials", (it) => {
  const { domain, externalServiceId, externalServiceType, sshMigrationApplied, userId } = userCredentials
  for (const [what, query, index, mostBuffers] of [
    ["the first page of all users", (db) => selectUserPage(db, { limit: 31 }), "user_credentials_list_idx", 40],
    ["a later one", (db) => selectUserPage(db, { limit: 31 }, ended), "user_credentials_list_idx", 40],
    [
      "one user's page",
      (db) => selectUserPage(db, { limit: 31, userId: 1001 }),
      /^user_credentials_(scope_key|user_idx)$/,
      10
    ],
    ["the first page of the site", (db) => selectSitePage(db, 31), "site_credentials_list_idx", 40],
    ["a later one of the site", (db) => selectSitePage(db, 31, ended.toSpliced(1, 1)), "site_credentials_list_idx", 40],
    [
      "one user's credential for a host",
      (db) =>
        db
          .select()
          .from(userCredentials)
          .where(
            and(
              eq(domain, "batches"),
              eq(userId, 1001),
              eq(externalServiceType, host.externalServiceType),
              eq(externalServiceId, host.externalServiceId)
            )
          ),
      /^user_credentials_(scope_key|user_idx)$/,
      10
    ],
    ["users' that are unmigrated", unmigrated("user_credentials"), "user_credentials_unmigrated_idx", 20],
    ["the site's that are unmigrated", unmigrated("site_credentials"), "site_credentials_unmigrated_idx", 20],
    [
      "those without a key for SSH",
      (db) =>
        db
          .select()
          .from(userCredentials)
          .where(sql`(${domain} = 'batches') and (not ${sshMigrationApplied})`)
          .orderBy(userCredentials.id)
          .limit(5),
      "user_credentials_without_ssh_idx",
      20
    ]
  ] as ReadonlyArray<readonly [string, (db: Drizzle) => SQLWrapper, string | RegExp, number]>) {
    for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
      it.effect(`${what}: an index, and little of it (${mode})`, () =>
        Effect.gen(function* () {
          const { buffers, indexes, scans } = yield* planOf(query, mode)
          assert.isTrue(
            indexes.some((each) => (typeof index === "string" ? each === index : index.test(each))),
            `${indexes.join()} ${scans.join()}`
          )
          assert.isAtMost(buffers, mostBuffers)
        })
      )
    }
  }
})
