/**
 * What a request says of who makes it. Pure.
 */
import { Redacted } from "effect"

/**
 * The token of an `Authorization` header: of `Bearer`, or of `Basic` as the password or, where that is empty, as the
 * user name. Undefined where there is none that can be read.
 */
export const tokenOf = (header: string | undefined): Redacted.Redacted | undefined => {
  const [, scheme = "", value = ""] = /^(\w+) +(\S+) *$/.exec(header ?? "") ?? []
  const token = scheme.toLowerCase() === "bearer" ? value : scheme.toLowerCase() === "basic" ? basic(value) : ""
  return token === "" ? undefined : Redacted.make(token, { label: "access token" })
}

const basic = (value: string): string => {
  const [, user = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, "base64").toString("utf8")) ?? []
  return password === "" || password === "x-oauth-basic" ? user : password
}
