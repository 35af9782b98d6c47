/** Who commits where nobody is named. */
export const drover = { name: "drover", email: "drover@localhost" }
