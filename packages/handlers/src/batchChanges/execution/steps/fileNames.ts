/**
 * Why a step's file cannot have a name; undefined when it can. It goes below the folder that `DROVER_FILES` names. Pure.
 */
export const brokenFileName = (name: string): string | undefined => {
  if (name.startsWith("/")) return "must not begin with a slash: it goes into the folder that $DROVER_FILES names"
  if (name.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return "must be a name, or names with single slashes between, without . and .."
  }
  return name.includes("\0") ? "must not have a NUL in it" : undefined
}
