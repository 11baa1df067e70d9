/** What `rollgate dev --init` writes: one flag of each kind, with comments. */
export const EXAMPLE_FLAGS_FILE = `{
  // Every field is described in docs/flags-file.md of the rollgate package.
  "flags": {
    // On for everybody.
    "new-checkout": { "enabled": true },

    // On for a quarter of all users, and for everybody in the segment below.
    "beta-search": {
      "enabled": true,
      "rollout": 25,
      "targetUsers": ["user-1"],
      "rules": [
        {
          "id": "testers",
          "conditions": [{ "attribute": "segment", "operator": "in", "value": "beta-testers" }]
        }
      ]
    },

    // A text instead of true or false.
    "banner": {
      "enabled": true,
      "type": "string",
      "defaultValue": "",
      "variations": [
        { "id": "hello", "value": "Welcome" },
        { "id": "pro", "value": "Welcome back, and thank you" }
      ],
      "rules": [
        {
          "id": "paying",
          "conditions": [{ "attribute": "plan", "operator": "equals", "value": "pro" }],
          "variationId": "pro"
        }
      ]
    }
  },

  "segments": {
    "beta-testers": {
      "users": ["user-2", "user-3"],
      "conditions": [{ "attribute": "email", "operator": "ends_with", "value": "@example.com" }]
    }
  }
}
`;
