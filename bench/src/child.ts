/**
 * A process that runs one contestant. Started by `startChild`, which sends its commands.
 */
import { childCommands } from "./childCommands.ts"
import { contestant, type ContestantId } from "./contestants.ts"
import type { Request, Response } from "./messages.ts"
import type { Servers } from "./systems/System.ts"

const [id, servers] = process.argv.slice(2)
const open = await contestant(id as ContestantId).load()
const system = await open(JSON.parse(servers ?? "{}") as Servers)

const say = (response: Response): void => void process.send?.(response)

const commands = childCommands(system, (progress) => say({ progress })) as unknown as Record<
  string,
  (...args: ReadonlyArray<unknown>) => Promise<unknown>
>

const answer = async ({ args, command, id: request }: Request): Promise<void> => {
  try {
    say({ id: request, result: await commands[command]?.(...args) })
  } catch (error) {
    say({ id: request, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

process.on("message", (request: Request) => void answer(request))
// the bench is through with us, or gone
process.on("disconnect", () => process.exit())
// Ctrl-C goes to the whole group; the parent ends its children in order
process.on("SIGINT", () => {})
say({ ready: true })
