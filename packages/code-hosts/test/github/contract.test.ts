import { Effect, Layer } from "effect"
import { contract } from "../../src/testing/index.ts"
import { contractScene } from "../contractScene.ts"
import { github } from "./support.ts"

const { scene } = github()

contract("GitHub, for somebody who may write", {
  layer: Layer.empty,
  scene: Effect.map(scene({ files: { "a.txt": "one\n" } }), contractScene)
})
