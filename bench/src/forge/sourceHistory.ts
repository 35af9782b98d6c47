/**
 * A repository of files that read like a program, as input of `git fast-import`. The same for every run.
 */

/** Common words come often, as they do in programs: that decides what an index of trigrams costs. */
const WORDS = 4000

export const sourceHistory = function* (files: number): Generator<string> {
  const random = makeRandom(1)
  const words = Array.from({ length: WORDS }, () => {
    const letters = Array.from({ length: 3 + random(8) }, () => "etaoinshrdlcumwfgypbvk"[random(22)])
    return letters.join("")
  })
  const word = () => words[Math.floor((random(1_000_000) / 1_000_000) ** 2.2 * WORDS)] ?? ""
  yield "commit refs/heads/main\ncommitter Bench <bench@drover.invalid> 1700000000 +0000\ndata 2\ngo\n"
  for (let file = 0; file < files; file++) {
    const length = 500 + random(7000)
    let text = ""
    while (text.length < length) {
      text += `  const ${word()}${word()} = ${word()}.${word()}(${word()}, ${random(1000)})\n`
    }
    yield `M 100644 inline src/${word()}/${word()}-${file}.ts\ndata ${text.length}\n${text}\n`
  }
}

const makeRandom = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
