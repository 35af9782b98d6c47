/**
 * The forge as a code host, whose calls are written down, and whose answers a test may choose.
 */
import { type Abilities, ArchivedOnHost, type CodeHost, type CodeHostError, HostUnavailable } from "@drover/code-hosts"
import { Context, Effect, Layer } from "effect"
import { CodeHosts, type Connect } from "../../../src/batchChanges/host/CodeHosts.ts"
import type { HostCredentialError } from "../../../src/batchChanges/host/HostCredentialError.ts"

/** What a test may ask for. The calls that have come are by name, in order. */
export type HostCall = Exclude<keyof CodeHost, "abilities" | "kind">

interface Controls {
  calls: Array<HostCall>
  subjects: Array<Connect["subject"]>
  /** Answers in the place of the host's next answer to such a call: before it does anything, or after. */
  failing: Map<HostCall, { readonly error: CodeHostError; readonly after: boolean }>
  noCredential: HostCredentialError | undefined
  abilities: Partial<Abilities>
}

export class ControlledHosts extends Context.Service<
  ControlledHosts,
  Controls & { readonly reset: Effect.Effect<void> }
>()("test/ControlledHosts") {
  static readonly layer = Layer.effectContext(
    Effect.gen(function* () {
      const hosts = yield* CodeHosts
      const fresh = (): Controls => ({
        calls: [],
        subjects: [],
        failing: new Map(),
        noCredential: undefined,
        abilities: {}
      })
      const controls = { ...fresh(), reset: Effect.sync(() => void Object.assign(controls, fresh())) }
      const controlled = (host: CodeHost): CodeHost => {
        const calls = Object.entries(host).filter(([, value]) => typeof value === "function") as ReadonlyArray<
          [HostCall, (options: never) => Effect.Effect<never, CodeHostError>]
        >
        const wrapped = calls.map(([name, call]) => [
          name,
          (options: never) =>
            Effect.suspend(() => {
              controls.calls.push(name)
              const failing = controls.failing.get(name)
              if (failing === undefined) return call(options)
              controls.failing.delete(name)
              const fail = Effect.fail(failing.error)
              return failing.after ? Effect.andThen(call(options), fail) : fail
            })
        ])
        return { ...host, ...Object.fromEntries(wrapped), abilities: { ...host.abilities, ...controls.abilities } }
      }
      const wrapping = CodeHosts.of({
        abilities: (repository) => ({ ...hosts.abilities(repository), ...controls.abilities }),
        connect: (options) =>
          Effect.suspend(() => {
            controls.subjects.push(options.subject)
            return controls.noCredential === undefined
              ? Effect.map(hosts.connect(options), controlled)
              : Effect.fail(controls.noCredential)
          })
      })
      return Context.make(CodeHosts, wrapping).pipe(Context.add(ControlledHosts, controls))
    })
  ).pipe(Layer.provide(CodeHosts.local))
}

export const unavailable = new HostUnavailable({ host: "local", repository: "acme/a", explanation: "it is on fire" })
export const archived = new ArchivedOnHost({ host: "local", repository: "acme/a" })

/** The calls since the controls were reset. */
export const calls = Effect.map(ControlledHosts, (hosts) => [...hosts.calls])

/** The host's answer to the next such call: in the place of doing it, or after it was done. */
export const answer = (call: HostCall, error: CodeHostError, after = false) =>
  Effect.map(ControlledHosts, ({ failing }) => void failing.set(call, { error, after }))
