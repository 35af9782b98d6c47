/**
 * The code search index of a repository: the whole of it, beside git's reading and Postgres's copying of the same bytes,
 * and after a push of one file.
 */
import { type Bench, inRounds, type Workload } from "../Bench.ts"
import type { ContestantId } from "../contestants.ts"
import { openSource } from "../forge/Source.ts"
import { median, medianRatio } from "../statistics.ts"
import { figure, times } from "../table.ts"

const measure = "code index"

/** It is Drover's alone: no peer indexes code. */
const only: ReadonlyArray<ContestantId> = ["drover-kept"]

const PUSHES = 5

export const codeIndex: Workload = {
  name: "code-index",
  steps: (bench) =>
    inRounds(bench.options.rounds, bench.taking(only), (contestant, round) => ({
      label: `code index of ${figure(bench.scale.indexedFiles)} files · round ${round + 1}`,
      seconds: 10 + bench.scale.indexedFiles / 125,
      run: () =>
        bench.arena(contestant, 0, async ({ servers }) => {
          const files = bench.scale.indexedFiles
          const source = await openSource(servers.databaseUrl, files)
          try {
            // a disk cache that has seen the files, and a connection
            await source.bare(false)
            const plain = await source.bare(false)
            const indexed = await source.bare(true)
            await source.forget()
            const { millis: whole, outcome } = await source.reindex()
            if (outcome._tag !== "Indexed" || outcome.files !== files || outcome.readBlobs !== plain.rows) {
              throw new Error(`${JSON.stringify(outcome)} of ${files} files, ${plain.rows} copied`)
            }
            const pushes: Array<number> = []
            for (let push = 0; push < PUSHES; push++) {
              source.push()
              const { millis, outcome: next } = await source.reindex()
              if (next._tag !== "Indexed" || next.changedFiles !== 1 || next.readBlobs !== 1) {
                throw new Error(`A push of one file: ${JSON.stringify(next)}`)
              }
              pushes.push(millis)
            }
            const values = { plain: plain.millis, indexed: indexed.millis, whole, push: median(pushes) }
            bench.samples.add({ measure, contestant, round, values })
            return `${figure(whole)} ms, ${times(whole / plain.millis)} of bare, ${times(whole / indexed.millis)} with the index; a push ${figure(values.push)} ms`
          } finally {
            await source.close()
          }
        })
    })),
  report: (bench) => {
    const at = (value: string) => figure(bench.samples.median(measure, "drover-kept", value))
    const over = (base: Base) => [times(ratio(bench, "whole", base)), times(ratio(bench, "push", base))]
    return {
      title: "Code index",
      intro:
        `A repository of ${figure(bench.scale.indexedFiles)} files of about 4 kB that is indexed for the first time, in one ` +
        "transaction, and then after each push of one file. Bare is `git cat-file --batch` of the same files and COPY of " +
        "what it says into a table of two columns: without any index, and with the trigram index that a search needs.",
      tables: [
        {
          head: ["", "ms", "the whole: of it", "a push of one file: of it"],
          rows: bench.samples.has(measure, "drover-kept")
            ? [
                ["bare, without the trigram index", at("plain"), ...over("plain")],
                ["bare, with the trigram index", at("indexed"), ...over("indexed")],
                ["the whole", at("whole"), ...over("whole")],
                ["a push of one file", at("push"), "–", times(1)]
              ]
            : []
        }
      ]
    }
  }
}

type Base = "plain" | "indexed" | "whole"

const ratio = ({ samples }: Pick<Bench, "samples">, value: "whole" | "push", base: Base): number =>
  medianRatio(samples.series(measure, "drover-kept", value), samples.series(measure, "drover-kept", base))

/** The whole index over the bare copy, round by round. */
export const codeIndexRatio = (bench: Pick<Bench, "samples">, base: "plain" | "indexed"): number =>
  ratio(bench, "whole", base)
