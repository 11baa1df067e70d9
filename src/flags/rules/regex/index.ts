export { compileRegex, type RegexProgram, type StateBudget } from "./compile-regex";
export { searchRegex } from "./search-regex";
