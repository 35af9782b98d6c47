/** The endings of file names by language, for `lang:`. */
export const languages: Readonly<Record<string, ReadonlyArray<string>>> = {
  c: ["c", "h"],
  cpp: ["cc", "cpp", "cxx", "hh", "hpp", "hxx"],
  csharp: ["cs"],
  css: ["css", "scss", "sass", "less"],
  go: ["go"],
  html: ["htm", "html"],
  java: ["java"],
  javascript: ["cjs", "js", "jsx", "mjs"],
  json: ["json", "jsonc"],
  kotlin: ["kt", "kts"],
  markdown: ["markdown", "md", "mdx"],
  php: ["php"],
  python: ["py", "pyi"],
  ruby: ["rb"],
  rust: ["rs"],
  scala: ["scala"],
  shell: ["bash", "sh", "zsh"],
  sql: ["sql"],
  swift: ["swift"],
  toml: ["toml"],
  typescript: ["cts", "mts", "ts", "tsx"],
  yaml: ["yaml", "yml"]
}

/** Other names for some. */
const aliases: Readonly<Record<string, string>> = {
  bash: "shell",
  "c#": "csharp",
  "c++": "cpp",
  js: "javascript",
  md: "markdown",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shell",
  ts: "typescript",
  yml: "yaml"
}

/** Undefined for a language that is none of these. */
export const endingsOf = (language: string): ReadonlyArray<string> | undefined => {
  const name = language.toLowerCase()
  return Object.hasOwn(languages, aliases[name] ?? name) ? languages[aliases[name] ?? name] : undefined
}
