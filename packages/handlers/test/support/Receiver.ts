/** HTTP servers on 127.0.0.1 that take deliveries, and answer as a test has them. */
import { Effect, type Scope } from "effect"
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http"
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net"

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly path: string
}

export interface Receiver {
  readonly url: string
  readonly received: ReadonlyArray<Received>
}

export type Answer = (response: ServerResponse, request: IncomingMessage, count: number) => void

const ok: Answer = (response) => response.writeHead(204).end()

/** @param answer is called when a request has come as a whole, with how many came before it */
export const receiver = (answer: Answer = ok): Effect.Effect<Receiver, never, Scope.Scope> => {
  const received: Array<Received> = []
  return Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer((request, response) => {
            const chunks: Array<Buffer> = []
            request.on("data", (chunk: Buffer) => chunks.push(chunk))
            request.on("end", () => {
              received.push({ headers: request.headers, body: Buffer.concat(chunks), path: request.url ?? "" })
              answer(response, request, received.length - 1)
            })
          })
          server.listen(0, "127.0.0.1", () => resolve(server))
        })
    ),
    (server) =>
      Effect.promise(
        () =>
          new Promise((resolve) => {
            server.close(resolve)
            server.closeAllConnections()
          })
      )
  ).pipe(Effect.map((server) => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received })))
}

/** Answers with the status of each turn, and the last one's for ever. */
export const statuses =
  (...all: ReadonlyArray<number>): Answer =>
  (response, _request, count) =>
    response.writeHead(all[Math.min(count, all.length - 1)]!).end()

/** A server below HTTP: it has the socket to itself. */
export const rawReceiver = (
  take: (socket: Socket) => void
): Effect.Effect<{ readonly port: number; readonly connections: () => number }, never, Scope.Scope> => {
  let connections = 0
  const sockets = new Set<Socket>()
  return Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ReturnType<typeof createTcpServer>>((resolve) => {
          const server = createTcpServer((socket) => {
            connections++
            sockets.add(socket)
            socket.on("error", () => {})
            take(socket)
          })
          server.listen(0, "127.0.0.1", () => resolve(server))
        })
    ),
    (server) =>
      Effect.promise(
        () =>
          new Promise((resolve) => {
            server.close(resolve)
            for (const socket of sockets) socket.destroy()
          })
      )
  ).pipe(Effect.map((server) => ({ port: (server.address() as AddressInfo).port, connections: () => connections })))
}
