import { project } from "../../vitest.shared.ts"

// most tests start a few processes, which takes its time on a busy machine
export default project({ test: { globalSetup: ["./test/globalSetup.ts"], testTimeout: 90_000 } })
