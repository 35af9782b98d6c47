/** The name of a host by its address: `github.com`. Pure. */
export const serviceOf = (externalServiceId: string): string => {
  const url = URL.parse(externalServiceId)
  return (url?.hostname ?? externalServiceId).toLowerCase()
}
