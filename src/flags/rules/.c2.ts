export { nobleBucket } from "./noble-bucket";
