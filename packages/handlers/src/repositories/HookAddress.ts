import { Context } from "effect"

/**
 * Where the worker hears of pushes over the file path: its address on this host, without a slash at the end. The hooks
 * of repositories are written with it.
 *
 * @category services
 */
export const HookAddress = Context.Reference<string>("@drover/handlers/HookAddress", {
  defaultValue: () => "http://127.0.0.1:4010"
})

/** What the hook of a repository asks. */
export const hookPath = (repositoryId: number | string) => `/internal/pushes/${repositoryId}` as const
