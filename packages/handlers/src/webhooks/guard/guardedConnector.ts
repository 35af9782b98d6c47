/**
 * Opens connections for undici, to addresses that the guard lets pass.
 *
 * A name is resolved once, every address that it has is judged, and the connection is made to those very addresses: a
 * second answer of the name server's, another than the first, is never asked for. Where it came to is judged again.
 */
import { lookup } from "node:dns/promises"
import type { LookupFunction } from "node:net"
import { buildConnector } from "undici"
import type { AllowList } from "./AllowList.ts"
import { literalOf } from "./judgeAddress.ts"
import { refusalOf } from "./WebhookGuard.ts"

/** @category models */
export interface Resolved {
  readonly address: string
  readonly family: number
}

/** @category models */
export type Resolve = (hostname: string) => Promise<ReadonlyArray<Resolved>>

/** What connects, once it is known where to. Tests count its calls. */
export type MakeConnector = (options: buildConnector.BuildOptions) => buildConnector.connector

export interface GuardedConnector {
  readonly allow: AllowList
  readonly timeoutMillis: number
  /** Defaults to the system's. */
  readonly resolve?: Resolve | undefined
  readonly makeConnector?: MakeConnector | undefined
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true })

export const guardedConnector =
  ({
    allow,
    makeConnector = buildConnector,
    resolve = systemResolve,
    timeoutMillis
  }: GuardedConnector): buildConnector.connector =>
  (options, callback) => {
    addressesOf(options.hostname, allow, resolve).then(
      (addresses) => {
        const connect = makeConnector({ timeout: timeoutMillis, allowH2: false, lookup: pinnedTo(addresses) })
        connect(options, (...[error, socket]) => {
          if (error !== null) return callback(error, null)
          const refused = refusalOf(options.hostname, socket.remoteAddress ?? "", allow)
          if (refused === undefined) return callback(null, socket)
          socket.destroy()
          callback(refused, null)
        })
      },
      (error: Error) => callback(error, null)
    )
  }

/** Rejects when one of them is refused: which of several a connection takes is not ours to say. */
const addressesOf = async (hostname: string, allow: AllowList, resolve: Resolve): Promise<ReadonlyArray<Resolved>> => {
  const literal = literalOf(hostname)
  const addresses = literal === undefined ? await resolve(hostname) : [{ address: literal, family: 0 }]
  if (addresses.length === 0) throw new Error(`The name ${hostname} has no address`)
  for (const { address } of addresses) {
    const refused = refusalOf(literal ?? hostname, address, allow)
    if (refused !== undefined) throw refused
  }
  return addresses
}

/** Answers with what was judged, whatever is asked. */
const pinnedTo =
  (addresses: ReadonlyArray<Resolved>): LookupFunction =>
  (_hostname, { all }, callback) => {
    const [first] = addresses
    if (all === true) callback(null, [...addresses])
    else callback(null, first!.address, first!.family)
  }
