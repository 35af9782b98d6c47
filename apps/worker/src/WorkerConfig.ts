/**
 * The environment of the worker, read once.
 */
import { type CodeHostSetting, codeHostSettings, type HeardHost, parseHeardHosts } from "@drover/handlers/batchChanges"
import { type KeySettings, keySettings } from "@drover/handlers/credentials"
import { Config, Context, Data, Duration, Effect, Layer, Redacted } from "effect"

export class DatabaseUrlMissing extends Data.TaggedError("DatabaseUrlMissing") {
  override message = "Set DATABASE_URL to the database to work on: postgres://user:password@host:port/database"
}

/** @category services */
export class WorkerConfig extends Context.Service<
  WorkerConfig,
  {
    /** `DATABASE_URL`: required. */
    readonly databaseUrl: Redacted.Redacted
    /** `HOST`, `PORT`: where health and metrics are served. Default to 127.0.0.1 and 4010. */
    readonly host: string
    readonly port: number
    /** `DROVER_CONCURRENCY`: handlers that run at a time. Defaults to 4. */
    readonly concurrency: number
    /** `DROVER_BATCH_CONCURRENCY`: changesets that are reconciled at a time, and jobs of bulk operations. Defaults to 5. */
    readonly batchConcurrency: number
    /**
     * `DROVER_EXECUTE_STEPS`: true runs the steps of batch specs here: programs of whoever may write a spec, as the user
     * that the worker runs as. Defaults to false.
     */
    readonly executeSteps: boolean
    /** `DROVER_STEP_CONCURRENCY`: workspaces in which steps run at a time, where they do. Defaults to 2. */
    readonly stepConcurrency: number
    /** `DROVER_DRAIN_TIMEOUT`: how long a stop waits for handlers. Defaults to 30 seconds. */
    readonly drainTimeout: Duration.Duration
    /** `DROVER_WAKE_UP`: `poll` behind a pooler that cannot LISTEN. Defaults to `notify`. */
    readonly wakeUp: "notify" | "poll"
    /** `DROVER_PREPARE`: false behind a pooler that cannot keep prepared statements. Defaults to true. */
    readonly prepare: boolean
    /**
     * `DROVER_WEBHOOK_ALLOW`: addresses, ranges and host names that webhooks may reach although they are not public:
     * `10.1.0.0/16, hooks.internal`. Defaults to none.
     */
    readonly webhookAllow: string
    /** `DROVER_WEBHOOK_CONCURRENCY`: requests to webhooks at a time. Defaults to 16. */
    readonly webhookConcurrency: number
    /**
     * `DROVER_HOST_WEBHOOK_SECRETS`: code hosts whose webhooks are heard at `/hooks`, and their secrets; see
     * `parseHeardHosts`. Defaults to none.
     */
    readonly heardHosts: ReadonlyArray<HeardHost>
    /** `DROVER_SKIP_OUT_OF_BAND_VALIDATION`: true starts on data that this release may not be able to read. Defaults to false. */
    readonly skipOutOfBandValidation: boolean
    /** `DROVER_KEYS`, `DROVER_KEYS_FILE`, `DROVER_AWS_KMS_KEY` or `DROVER_NO_KEYS`: what encrypts credentials. */
    readonly keys: KeySettings
    /**
     * `DROVER_CODE_HOSTS`: the code hosts that may be asked, a JSON list of `kind`, `url`, and where they are not in their
     * usual places `apiUrl`, `graphqlUrl`, `gitUrl`. Defaults to none.
     */
    readonly codeHosts: ReadonlyArray<CodeHostSetting>
    /**
     * `DROVER_DEMO`: `on` fills an empty database with repositories and people who work in them; with `still` they stop
     * once all is there. Defaults to `off`.
     */
    readonly demo: "on" | "still" | "off"
    /** `DROVER_DEMO_FOLDER`: where the demo keeps its repositories. Defaults to `.dev/demo` of the checkout. */
    readonly demoFolder: string | undefined
  }
>()("@drover/worker/WorkerConfig") {
  static readonly layer = Layer.effect(
    WorkerConfig,
    Effect.gen(function* () {
      const databaseUrl = yield* Config.Redacted("DATABASE_URL").pipe(Effect.mapError(() => new DatabaseUrlMissing()))
      const others = yield* Config.all({
        host: Config.String("HOST").pipe(Config.withDefault("127.0.0.1")),
        port: Config.Port("PORT").pipe(Config.withDefault(4010)),
        concurrency: Config.Int("DROVER_CONCURRENCY").pipe(Config.withDefault(4)),
        batchConcurrency: Config.Int("DROVER_BATCH_CONCURRENCY").pipe(Config.withDefault(5)),
        executeSteps: Config.Boolean("DROVER_EXECUTE_STEPS").pipe(Config.withDefault(false)),
        stepConcurrency: Config.Int("DROVER_STEP_CONCURRENCY").pipe(Config.withDefault(2)),
        drainTimeout: Config.Duration("DROVER_DRAIN_TIMEOUT").pipe(Config.withDefault(Duration.seconds(30))),
        wakeUp: Config.Literals(["notify", "poll"], "DROVER_WAKE_UP").pipe(Config.withDefault("notify" as const)),
        prepare: Config.Boolean("DROVER_PREPARE").pipe(Config.withDefault(true)),
        webhookAllow: Config.String("DROVER_WEBHOOK_ALLOW").pipe(Config.withDefault("")),
        webhookConcurrency: Config.Int("DROVER_WEBHOOK_CONCURRENCY").pipe(Config.withDefault(16)),
        skipOutOfBandValidation: Config.Boolean("DROVER_SKIP_OUT_OF_BAND_VALIDATION").pipe(Config.withDefault(false)),
        keys: keySettings,
        codeHosts: codeHostSettings,
        demo: Config.Literals(["on", "still", "off"], "DROVER_DEMO").pipe(Config.withDefault("off" as const)),
        demoFolder: Config.String("DROVER_DEMO_FOLDER").pipe(Config.withDefault(undefined))
      })
      const setting = "DROVER_HOST_WEBHOOK_SECRETS"
      const hosts = yield* Config.Redacted(setting).pipe(Config.withDefault(Redacted.make("")))
      const heardHosts = yield* Effect.fromResult(parseHeardHosts(hosts, { setting }))
      return { databaseUrl, heardHosts, ...others }
    })
  )
}
