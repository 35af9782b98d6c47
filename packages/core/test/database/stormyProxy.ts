/**
 * A TCP proxy that breaks what goes through it: as it connects, as it says
 * hello, in the middle of a statement or of an answer.
 */
import { Effect } from "effect"
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

export interface StormyProxy {
  /** The same database, through the proxy. */
  readonly url: string
  /** While false, everything passes. */
  storm: boolean
  /** How many connections were broken so far. */
  broken: number
}

export const stormyProxy = (target: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => open(target)),
      ({ close }) => Effect.promise(close)
    ),
    ({ proxy }) => proxy
  )

const open = async (target: string) => {
  const url = new URL(target)
  const port = Number(url.port)
  const sockets = new Set<Socket>()
  const proxy = { url: "", storm: false, broken: 0 }
  const chance = (percent: number) => proxy.storm && Math.random() * 100 < percent

  const server = createServer((inbound) => {
    track(inbound)
    if (chance(10)) return cut(inbound)
    if (chance(3)) return // never answers: the client has to give up by itself
    const outbound = track(connect(port, "127.0.0.1"))
    const both = () => cut(inbound, outbound)
    const dieYoung = chance(10)
    pass(inbound, outbound, () => chance(1))
    pass(outbound, inbound, () => dieYoung || chance(1))
    function pass(from: Socket, to: Socket, breaks: () => boolean) {
      from.on("data", (chunk) => {
        if (!breaks()) return void to.write(chunk)
        if (Math.random() < 0.5) to.write(chunk.subarray(0, chunk.length / 2))
        both()
      })
      from.on("close", () => to.end())
    }
  })
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => sockets.delete(socket))
    return socket
  }
  const cut = (...ends: ReadonlyArray<Socket>) => {
    proxy.broken++
    // half of them politely
    for (const end of ends) {
      if (Math.random() < 0.5) end.resetAndDestroy()
      else end.destroy()
    }
  }
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  url.port = String((server.address() as AddressInfo).port)
  proxy.url = url.href
  const close = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { proxy: proxy as StormyProxy, close }
}
