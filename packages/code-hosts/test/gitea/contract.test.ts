import { Effect, Layer } from "effect"
import { contract } from "../../src/testing/index.ts"
import { contractScene } from "../contractScene.ts"
import { gitea } from "./support.ts"

const { scene } = gitea()

contract("Gitea, for somebody who may write", { layer: Layer.empty, scene: Effect.map(scene(), contractScene) })
