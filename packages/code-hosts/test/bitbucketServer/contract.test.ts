import { Effect, Layer } from "effect"
import { contract } from "../../src/testing/index.ts"
import { contractScene } from "../contractScene.ts"
import { bitbucket } from "./support.ts"

const tried = (name: string, { scene }: ReturnType<typeof bitbucket>) =>
  contract(name, { layer: Layer.empty, scene: Effect.map(scene(), contractScene) })

tried("Bitbucket Data Center, for somebody who may write", bitbucket())
tried("Bitbucket Server before it had drafts", bitbucket({ version: "7.21.0" }))
