/**
 * The contract of the port: what every code host must do, tried on one of them.
 */
import { layer } from "@effect/vitest"
import { Effect, type Layer, type Scope } from "effect"
import { branches } from "./cases/branches.ts"
import { comments } from "./cases/comments.ts"
import { creating } from "./cases/creating.ts"
import { drafts } from "./cases/drafts.ts"
import { ending } from "./cases/ending.ts"
import { labels } from "./cases/labels.ts"
import { merging } from "./cases/merging.ts"
import { reading } from "./cases/reading.ts"
import { updating } from "./cases/updating.ts"
import type { ContractCase, ContractScene } from "./ContractScene.ts"

/** @category options */
export interface Contract<R, E> {
  /** What the scenes need; built once. */
  readonly layer: Layer.Layer<R, E>
  /** Made anew for each case, and gone with it. */
  readonly scene: Effect.Effect<ContractScene, unknown, R | Scope.Scope>
}

/**
 * Defines a vitest test for each promise of the port. What a host has not the ability for, it must refuse as the port
 * says.
 *
 * @category testing
 */
export const contract = <R, E>(name: string, setup: Contract<R, E>): void => {
  layer(setup.layer, { excludeTestServices: true })(`${name}, as a code host,`, (it) => {
    for (const { name: promise, run } of cases) {
      it.effect(promise, () => Effect.flatMap(setup.scene, run))
    }
  })
}

const cases: ReadonlyArray<ContractCase> = [
  ...creating,
  ...reading,
  ...updating,
  ...drafts,
  ...ending,
  ...comments,
  ...labels,
  ...merging,
  ...branches
]
