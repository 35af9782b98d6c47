/**
 * A repository with many branches, as input of `git fast-import`.
 */

export interface CrowdSize {
  readonly files: number
  readonly pulls: number
}

const LINES = 40

export const topic = (index: number): string => `topic-${index}`

/**
 * `main` has all files and grows by twenty commits of one file each. Topics leave it at its first commit and change two
 * files each; some touch what `main` changed, and conflict.
 */
export const crowdHistory = function* ({ files, pulls }: CrowdSize): Generator<string> {
  const folders = Math.ceil(Math.sqrt(files))
  const path = (file: number) => `src/part-${file % folders}/file-${Math.floor(file / folders)}.ts`
  const content = (file: number, said?: string) =>
    Array.from({ length: LINES }, (_, line) => (line === 20 && said !== undefined ? said : `line ${line} of ${file}`))
      .map((line) => `${line}\n`)
      .join("")
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`
  const change = (file: number, said?: string) => `M 100644 inline ${path(file)}\n${data(content(file, said))}`
  let seconds = 1_700_000_000
  const commit = (branch: string, mark: number) => {
    const who = `Bench <bench@drover.invalid> ${seconds++} +0000`
    return `commit refs/heads/${branch}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n${data("Change it")}`
  }

  yield commit("main", 1)
  for (let file = 0; file < files; file++) yield change(file)
  for (let index = 0; index < pulls; index++) {
    yield `${commit(topic(index), index + 2)}from :1\n`
    for (const file of [(index * 7) % files, (index * 13 + 5) % files]) yield change(file, `topic ${index}`)
    yield `reset refs/pull/${index + 1}/head\nfrom :${index + 2}\n\n`
  }
  for (let step = 0; step < 20; step++) {
    yield `${commit("main", pulls + 2 + step)}${step === 0 ? "from :1\n" : ""}`
    yield change((step * 7) % files, `main ${step}`)
  }
}

/** One more commit on `main`, of a file that topics leave alone or not. */
export const nextOnMain = (round: number): string => {
  const who = `Bench <bench@drover.invalid> ${1_800_000_000 + round} +0000`
  const text = `round ${round}\n`
  return (
    `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata 2\ngo\nfrom refs/heads/main^0\n` +
    `M 100644 inline src/round.ts\ndata ${text.length}\n${text}\n`
  )
}
