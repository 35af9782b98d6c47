/** Starts the server that the tests share, and declares what `inject` then answers. */
export { default } from "../../../scripts/vitest-global-setup.ts"
