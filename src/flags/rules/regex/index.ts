export { compileRegex } from "./compile-regex";
export { searchRegex } from "./search-regex";
