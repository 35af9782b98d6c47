/** What an error of AWS KMS means. Pure. */

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : "")

/** The key was asked, and this is not what it wrapped for this place. */
export const isUnopened = (thrown: unknown): boolean =>
  ["InvalidCiphertextException", "IncorrectKeyException"].includes(nameOf(thrown))

/** It would say the same tomorrow, unless somebody changes the key, its policy or the process's credentials. */
export const isKeyRefusal = (thrown: unknown): boolean =>
  [
    "AccessDeniedException",
    "CredentialsProviderError",
    "DisabledException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
    "NotFoundException",
    "UnrecognizedClientException"
  ].includes(nameOf(thrown))

/** In a line. The SDK's errors say what the service said, and not what it was asked. */
export const reasonOf = (thrown: unknown): string => {
  if (thrown instanceof AggregateError && thrown.message === "") return thrown.errors.map(reasonOf).join("; ")
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "it failed"
}
