/** Breaks of what is promised about pages that a server renders. */
const unit = "test/unit/client/bootstrap.test.ts";
const page = "test/browser/rendered.test.ts";
const api = "test/integration/config/api.test.ts";

export default [
  {
    promise: "nothing in the flags ends the element that holds them",
    file: "src/client/bootstrap-script.ts",
    from: "/[<>&\\u2028\\u2029]/g",
    to: "/[&\\u2028\\u2029]/g",
    test: page,
  },
  {
    promise: "flags in a page are escaped whatever they say",
    file: "src/client/bootstrap-script.ts",
    from: "/[<>&\\u2028\\u2029]/g",
    to: "/[<&]/g",
    test: unit,
  },
  {
    promise: "a page answers as its server does: reasons",
    file: "src/client/bootstrap.ts",
    from: "if (!goesWithoutSaying(flag)) reasons[key] = flag.reason;",
    to: "",
    test: unit,
  },
  {
    promise: "a page answers as its server does: on or off",
    file: "src/client/bootstrap.ts",
    from: "...(flag.on !== (value !== false) && { on: flag.on }),",
    to: "",
    test: unit,
  },
  {
    promise: "a page answers as its server does: types",
    file: "src/client/bootstrap.ts",
    from: '...(flag.type !== typeOf(value) && { type: "json" }),',
    to: "",
    test: unit,
  },
  {
    promise: "each reader gets their own flags",
    file: "src/client/client.ts",
    from: "if (user !== undefined) return bootstrapOf(this.#store.flagsFor(user));",
    to: "",
    test: page,
  },
  {
    promise: "without rules nobody gets another user's flags",
    file: "src/client/client.ts",
    from: "user === undefined ? this.#store.absence : this.#store.rulesAbsence",
    to: "this.#store.absence",
    test: api,
  },
  {
    promise: "a page whose flags were cut short starts without",
    file: "src/client/bootstrap-script.ts",
    from: "} catch {\n    return undefined;",
    to: "} catch (error) {\n    throw error;",
    test: page,
  },
];
