/**
 * No test leaves this machine: whatever would connect elsewhere is refused before it does. git and the other programs
 * that tests start are given addresses of 127.0.0.1 alone.
 */
import { Socket } from "node:net"

const isLoopback = (host: string) => host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host)

const guarded = Symbol.for("drover.loopbackOnly")
const prototype = Socket.prototype as Socket & { [guarded]?: true }

// Files of one worker share their modules.
if (prototype[guarded] !== true) {
  prototype[guarded] = true
  const connect = Reflect.get(prototype, "connect") as (this: Socket, ...args: Array<unknown>) => Socket
  prototype.connect = function (this: Socket, ...args: Array<unknown>) {
    // node hands its own normalised arguments on as one list
    const first: unknown = Array.isArray(args[0]) ? (args[0] as ReadonlyArray<unknown>)[0] : args[0]
    const options = typeof first === "object" && first !== null ? (first as { host?: string; path?: string }) : {}
    const host = typeof first === "number" && typeof args[1] === "string" ? args[1] : (options.host ?? "localhost")
    if (options.path === undefined && !isLoopback(host)) {
      throw new Error(`A test would connect to ${host}: tests speak to 127.0.0.1 alone`)
    }
    return connect.apply(this, args)
  }
}
