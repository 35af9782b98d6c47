import { project } from "../../vitest.shared.ts"

export default project({ test: { setupFiles: ["./test/loopbackOnly.ts"] } })
