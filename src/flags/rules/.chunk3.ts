export * from "./index";
export * from "./sha256-bucket";
