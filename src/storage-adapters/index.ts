export {
  createSharedStorage,
  type SharedStorage,
  type SharedStorageOptions,
} from "./shared-storage";
export type { SharedDriver, SharedDriverMount } from "./unstorage";
