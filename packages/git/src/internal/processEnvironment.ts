/**
 * All a git process sees of its surroundings. Nothing is inherited, so no `GIT_DIR`, no user's
 * alias, hook, credential or attribute, and no language setting can change an answer.
 */
export const processEnvironment = (searchPath: string): Readonly<Record<string, string>> => ({
  PATH: searchPath,
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  // Whoever may push refs/replace/* must not be able to swap the commits that are judged.
  GIT_NO_REPLACE_OBJECTS: "1"
})
