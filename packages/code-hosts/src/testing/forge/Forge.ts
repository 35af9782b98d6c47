/**
 * A forge in memory, over real bare repositories: what the fakes of all hosts have in common. It decides as hosts do,
 * and leaves words, status codes and shapes to the fake of a host.
 */
import { appendFile, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { commitFiles } from "./commits.ts"
import { Faults } from "./Faults.ts"
import { ForgeClock } from "./ForgeClock.ts"
import { branchesOf, git, moveBranch } from "./git.ts"
import { Hooks } from "./Hooks.ts"
import type { ForgeProtection, ForgeRepository, ForgeRole, ForgeToken, ForgeUser } from "./model.ts"
import { RequestLog } from "./RequestLog.ts"
import { writeUpdateHook } from "./updateHook.ts"

/** How fresh what is said of conflicts is: `late` says nothing at first, `stale` what held before. @category models */
export type Mergeability = "exact" | "late" | "stale"

/** @category options */
export interface NewRepository {
  readonly owner: string
  readonly name: string
  readonly private?: boolean | undefined
  /** Committed to its `main`. Defaults to a README; null: no commit at all. */
  readonly files?: Readonly<Record<string, string>> | null | undefined
}

/** @category models */
export class Forge {
  readonly clock = new ForgeClock()
  readonly log = new RequestLog(this.clock)
  readonly faults = new Faults()
  readonly hooks = new Hooks(this.clock)
  readonly users = new Map<string, ForgeUser>()
  readonly tokens = new Map<string, ForgeToken>()
  readonly repositories = new Map<string, ForgeRepository>()
  mergeability: Mergeability = "exact"
  readonly #folder: string
  #ids = 1000
  #last: Promise<unknown> = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
  }

  static readonly make = async (): Promise<Forge> => new Forge(await mkdtemp(join(tmpdir(), "drover-fake-forge-")))

  readonly dispose = async (): Promise<void> => {
    await this.exclusively(() => rm(this.#folder, { recursive: true, force: true }))
  }

  readonly nextId = (): number => ++this.#ids

  /** Runs one thing at a time, in the order of asking: what is decided holds until it is done. */
  readonly exclusively = <A>(run: () => Promise<A>): Promise<A> => {
    const result = this.#last.then(run, run)
    this.#last = result.catch(() => undefined)
    return result
  }

  readonly addUser = (login: string, kind: "User" | "Bot" = "User"): ForgeUser => {
    const user = this.users.get(login) ?? { id: this.nextId(), login, kind }
    this.users.set(login, user)
    return user
  }

  readonly addToken = (
    login: string,
    options: { readonly access?: ForgeRole; readonly expiresAt?: Date | null; readonly token?: string } = {}
  ): string => {
    const { access = "admin", expiresAt = null, token = `fake-token-${this.nextId()}-of-${login}` } = options
    this.tokens.set(token, { token, user: this.addUser(login), access, expiresAt })
    return token
  }

  readonly addRepository = async ({ files, name, owner, private: hidden = false }: NewRepository) => {
    const id = this.nextId()
    const path = join(this.#folder, `${id}.git`)
    await git(path, ["init", "--quiet", "--bare", "--initial-branch=main", path])
    // a server that repacks behind a test's back makes it slow, now and then
    const settings = "[http]receivepack=true\n[receive]autogc=false\n[uploadpack]allowAnySHA1InWant=true\n"
    await appendFile(join(path, "config"), settings)
    await writeUpdateHook(path)
    const repository: ForgeRepository = {
      id,
      owner,
      ownedBy: this.addUser(owner),
      name,
      path,
      createdAt: this.clock.tick(),
      roles: new Map([[owner, "admin"]]),
      protections: new Map(),
      labels: new Map(),
      statuses: new Map(),
      pullRequests: new Map(),
      private: hidden,
      archived: false,
      defaultBranch: "main",
      mergeMethods: ["merge", "squash", "rebase"],
      drafts: true,
      autoMerge: true
    }
    this.repositories.set(`${owner}/${name}`, repository)
    if (files !== null) await this.commit(repository, "main", files ?? { "README.md": `# ${name}\n` })
    return repository
  }

  /** Commits to a branch on disk, as a push by a person would. It begins at `from`, else at `main` where it is new. */
  readonly commit = async (
    repository: ForgeRepository,
    branch: string,
    files: Readonly<Record<string, string | null>>,
    { from, message }: { readonly from?: string | null; readonly message?: string } = {}
  ): Promise<string> => {
    const branches = await branchesOf(repository.path)
    const tip = branches.get(branch) ?? null
    const parent = from === undefined ? (tip ?? branches.get(repository.defaultBranch) ?? null) : from
    const author = { name: "A Person", email: "person@fake.invalid", at: this.clock.tick() }
    const text = message ?? `Change ${Object.keys(files).join(", ")}`
    const commit = await commitFiles(repository.path, parent, files, text, author)
    await moveBranch(repository.path, branch, commit, tip)
    return commit
  }

  readonly deleteBranch = (repository: ForgeRepository, branch: string) =>
    git(repository.path, ["update-ref", "-d", `refs/heads/${branch}`])

  /** Puts a branch elsewhere, whatever was there. */
  readonly move = (repository: ForgeRepository, branch: string, to: string) =>
    git(repository.path, ["update-ref", `refs/heads/${branch}`, to])

  readonly message = async (repository: ForgeRepository, commit: string): Promise<string> =>
    (await git(repository.path, ["log", "-1", "--format=%B", commit])).out

  readonly tip = async (repository: ForgeRepository, branch: string): Promise<string | null> =>
    (await branchesOf(repository.path)).get(branch) ?? null

  readonly protect = async (repository: ForgeRepository, branch: string, rules: Partial<ForgeProtection>) => {
    const none = { approvals: 0, checks: [], upToDate: false, closedToPushes: false }
    repository.protections.set(branch, { ...none, ...rules })
    const closed = [...repository.protections].filter(([, { closedToPushes }]) => closedToPushes)
    await git(repository.path, ["config", "--unset-all", "forge.closed"], { answers: [0, 5] })
    for (const [name] of closed) await git(repository.path, ["config", "--add", "forge.closed", `refs/heads/${name}`])
  }

  /** What a token may do there; null: it does not even see it. */
  readonly roleOf = (repository: ForgeRepository, token: ForgeToken | undefined): ForgeRole | null => {
    const own = token === undefined ? undefined : repository.roles.get(token.user.login)
    if (token === undefined || own === undefined) return repository.private ? null : "read"
    const ranks: ReadonlyArray<ForgeRole> = ["read", "write", "admin"]
    return ranks[Math.min(ranks.indexOf(own), ranks.indexOf(token.access))] ?? null
  }

  /** A token that is good now. */
  readonly authenticate = (token: string | undefined): ForgeToken | undefined => {
    const found = token === undefined ? undefined : this.tokens.get(token)
    const good = found !== undefined && (found.expiresAt === null || found.expiresAt > this.clock.now)
    return good ? found : undefined
  }
}
