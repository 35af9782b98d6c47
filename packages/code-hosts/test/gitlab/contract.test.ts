import { Effect, Layer } from "effect"
import { contract } from "../../src/testing/index.ts"
import { contractScene } from "../contractScene.ts"
import { gitlab, type SceneOptions } from "./support.ts"

const { scene } = gitlab()

const run = (name: string, options: SceneOptions) =>
  contract(name, {
    layer: Layer.empty,
    scene: Effect.map(scene({ files: { "a.txt": "one\n" }, ...options }), contractScene)
  })

run("GitLab, where projects merge", { mergeMethods: ["merge", "squash"] })
run("GitLab, where branches only move on", { allowed: ["squash", "rebase"], mergeMethods: ["rebase"] })
