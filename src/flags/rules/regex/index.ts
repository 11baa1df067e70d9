export { compileRegex, type RegexProgram } from "./compile-regex";
export { searchRegex } from "./search-regex";
