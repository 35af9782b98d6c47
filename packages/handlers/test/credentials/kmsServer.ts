/** A stand-in for AWS KMS on 127.0.0.1: GenerateDataKey, Encrypt and Decrypt of its JSON protocol, with keys of its own. */
import { Effect } from "effect"
import { createHash, randomBytes } from "node:crypto"
import type { ServerResponse } from "node:http"
import { decrypt, encrypt, join, split } from "../../src/credentials/encryption/aesGcm.ts"
import { receiver } from "../support/Receiver.ts"

export const arn = (name: string) => `arn:aws:kms:eu-central-1:123456789012:key/${name}`

interface Body {
  readonly KeyId: string
  readonly Plaintext?: string
  readonly CiphertextBlob?: string
  readonly EncryptionContext?: Readonly<Record<string, string>>
}

export interface KmsServer {
  readonly url: string
  /** The operations, in order, with the key that was named. */
  readonly asked: ReadonlyArray<string>
  readonly signed: ReadonlyArray<string | undefined>
  /** All that ever was a data key, in base64. */
  readonly dataKeys: ReadonlySet<string>
  /** What every further request is answered with, in place of what it asks. */
  fail: { readonly status: number; readonly type: string } | undefined
}

/** @param names of the keys that it has */
export const kmsServer = Effect.fnUntraced(function* (...names: ReadonlyArray<string>) {
  const masters = new Map(names.map((name) => [arn(name), createHash("sha256").update(name).digest()]))
  const asked: Array<string> = []
  const signed: Array<string | undefined> = []
  const dataKeys = new Set<string>()
  const server: { fail: KmsServer["fail"] } = { fail: undefined }

  const respond = (response: ServerResponse, status: number, body: unknown) =>
    void response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body))

  const answer = (operation: string, body: Body): readonly [status: number, body: unknown] => {
    const master = masters.get(body.KeyId)
    if (master === undefined) return [400, { __type: "NotFoundException", message: `no key ${body.KeyId}` }]
    const context = JSON.stringify(body.EncryptionContext ?? {})
    const sealed = (key: Buffer) => {
      dataKeys.add(key.toString("base64"))
      return Buffer.from(join(encrypt(master, key, context))).toString("base64")
    }
    if (operation === "GenerateDataKey") {
      const key = randomBytes(32)
      return [200, { KeyId: body.KeyId, Plaintext: key.toString("base64"), CiphertextBlob: sealed(key) }]
    }
    if (operation === "Encrypt") {
      return [200, { KeyId: body.KeyId, CiphertextBlob: sealed(Buffer.from(body.Plaintext ?? "", "base64")) }]
    }
    const message = split(Buffer.from(body.CiphertextBlob ?? "", "base64"))
    const opened = message && decrypt(master, message, context)
    if (opened === undefined) return [400, { __type: "InvalidCiphertextException", message: null }]
    return [200, { KeyId: body.KeyId, Plaintext: Buffer.from(opened).toString("base64") }]
  }

  const { received, url } = yield* receiver((response, request, count) => {
    const operation = String(request.headers["x-amz-target"]).replace("TrentService.", "")
    const body = JSON.parse(String(received[count]!.body)) as Body
    asked.push(`${operation} ${body.KeyId}`)
    signed.push(request.headers.authorization)
    if (server.fail !== undefined) {
      respond(response, server.fail.status, { __type: server.fail.type, message: "it says no" })
      return
    }
    respond(response, ...answer(operation, body))
  })
  return Object.assign(server, { url: new URL(url).origin, asked, signed, dataKeys }) as KmsServer
})
