import { contract } from "@drover/code-hosts/testing"
import { Layer } from "effect"
import { CodeHosts } from "../../src/batchChanges/host/CodeHosts.ts"
import { forge } from "../support.ts"
import { hostScene } from "../support/hostScene.ts"

contract("the forge, for a user who may write", {
  layer: CodeHosts.local.pipe(Layer.provideMerge(forge())),
  scene: hostScene("write")
})
