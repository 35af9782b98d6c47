import { workColumns, workIndexes } from "@drover/core"
import { pgTable, text } from "drizzle-orm/pg-core"

export const thumbnails = pgTable("thumbnails", { ...workColumns(), image: text("image").notNull() }, (table) =>
  workIndexes("thumbnails", table)
)
