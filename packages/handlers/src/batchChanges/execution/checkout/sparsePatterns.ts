/**
 * What is checked out of a repository for the sake of one folder: the folder, and the files of git that hold for it
 * from further up. Pure.
 */
export const sparsePatterns = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  const above = parts.map((_, depth) => parts.slice(0, depth).map(escape).join("/"))
  return [
    ...above.flatMap((folder) => RULES.map((name) => `/${folder === "" ? "" : `${folder}/`}${name}`)),
    `/${parts.map(escape).join("/")}/`
  ]
}

const RULES = [".gitattributes", ".gitignore"]

/** Characters that mean something in a pattern; a space at the end would be dropped. */
const escape = (part: string): string =>
  part.replaceAll(/[*?[\\\]]/g, "\\$&").replace(/ +$/, (all) => "\\ ".repeat(all.length))
