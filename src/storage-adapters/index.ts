export type { SharedDriver, SharedDriverMount } from "./driver";
export {
  createSharedStorage,
  type SharedStorage,
  type SharedStorageOptions,
} from "./shared-storage";
