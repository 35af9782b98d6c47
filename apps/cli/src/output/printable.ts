/**
 * Text that others wrote, made harmless: what a terminal would obey is shown, not sent. Pure.
 */

/** For one line: line breaks and tabs become spaces. */
export const inLine = (text: string): string => escape(text.replaceAll(/[\t\r\n]+/g, " "))

/** For several lines: tabs and line breaks stay. */
export const inLines = (text: string): string => escape(text.replaceAll("\r\n", "\n"))

/** `\u001B` for escape, and so on; bidirectional controls too, which can make a text read as another. */
const escape = (text: string): string =>
  text.replaceAll(
    /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`
  )
