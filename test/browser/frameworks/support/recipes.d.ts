/** Recipes of docs/frameworks.md; what they are is checked where samples are compiled. */
declare module "recipe:*";
declare module "component:*";
