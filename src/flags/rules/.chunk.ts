export * from "./index";
export * from "./noble-bucket";
