/**
 * Makes the descriptions of GitHub's API that tests are judged by: the part of the published ones that Drover and its
 * fake use. The whole takes 385 MB on disk, so it is no dependency; run this when an operation or a field is missing:
 *
 *   mkdir /tmp/published && cd /tmp/published && npm init -y
 *   npm install @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1
 *   node scripts/prune-github-description.ts /tmp/published && pnpm fix
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { pruneGraphql } from "./prune/pruneGraphql.ts"
import { pruneOpenApi } from "./prune/pruneOpenApi.ts"
import { fields, operations } from "./prune/github.ts"

const published = process.argv[2]
if (published === undefined) throw new Error("Name the folder where the published descriptions are installed")

const into = fileURLToPath(new URL("../packages/code-hosts/descriptions/github", import.meta.url))
const read = (file: string): never => JSON.parse(readFileSync(join(published, "node_modules", file), "utf8")) as never

const openApi = pruneOpenApi(read("@octokit/openapi/generated/api.github.com.json"), operations)
writeFileSync(join(into, "openapi.json"), `${JSON.stringify(openApi)}\n`)
const graphql = pruneGraphql(read("@octokit/graphql-schema/schema.json"), fields)
writeFileSync(join(into, "graphql.json"), `${JSON.stringify(graphql)}\n`)
