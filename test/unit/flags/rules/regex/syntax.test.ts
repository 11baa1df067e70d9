import { describe, expect, test } from "vitest";
import { matches } from "./matches";

// Pattern, a text that contains a match, a text that does not.
const TABLE: Record<string, [pattern: string, hit: string, miss: string][]> = {
  "literals and escapes": [
    ["pro", "a pro user", "PRO"],
    ["日本", "in 日本", "日 本"],
    ["😀", "😀", "\u{1f601}"],
    ["a\\.b", "a.b", "axb"],
    ["\\t\\n\\r\\f\\v\\a", "\t\n\r\f\v\x07", "\t\n"],
    ["\\x41\\x{1F600}\\101", "A😀A", "A😀"],
    ["\\Qa.b*\\E+", "a.b**", "aab"],
    ["a{,2}]}", "a{,2}]}", "aa"],
  ],
  classes: [
    ["[a-cx]", "b", "d"],
    ["[^a-c]", "d", "abc"],
    ["[^a]", "\n", "a"],
    ["[]a]", "]", "b"],
    ["[a-]", "-", "b"],
    ["[\\d\\-z]", "-", "y"],
    ["[[:alpha:]_]", "_", "1"],
    ["[[:^alpha:]]", "1", "a"],
    ["^\\d\\w\\s$", "1_ ", "1_\v"],
    ["^\\D\\W\\S$", "a-b", "1-b"],
    ["\\d", "5", "٣"],
    ["\\pL\\p{Lu}\\p{Greek}", "éÉσ", "eeσ"],
    ["^\\PL\\P{Lu}\\p{^Greek}$", "1ae", "aae"],
    ["(?s).", "\n", ""],
    ["^.$", "\r", "\n"],
  ],
  anchors: [
    ["^a$", "a", "a\n"],
    ["\\Aa\\z", "a", "ba"],
    ["(?m)^b$", "a\nb\nc", "a\nbc"],
    ["(?m)\\Ab", "b", "a\nb"],
    ["\\bfoo\\b", "a foo.", "food"],
    ["\\Boo", "foo", "oo"],
    ["\\bé", "aé", "é"],
  ],
  "groups and flags": [
    ["^(ab|c)d$", "cd", "abcd"],
    ["^(?:ab|)d$", "d", "ad"],
    ["^(?P<name>a)b$", "ab", "a"],
    ["(?i)straße", "STRAßE", "strasse"],
    ["(?i)k", "\u212a", "q"],
    ["(?i)[^k]", "q", "K\u212a"],
    ["(?i)\\P{Lu}", "1", "aA"],
    ["a(?i)b", "aB", "AB"],
    ["(?i:a)b", "Ab", "AB"],
    ["(?i)a(?-i)b", "Ab", "AB"],
    ["(?i)a|b", "B", "c"],
    ["((?i)a)b", "Ab", "AB"],
    ["(?s-i:.)", "\n", ""],
    ["(?U)^a+$", "aa", "b"],
  ],
  repeats: [
    ["^a*b+c?$", "bb", "ac"],
    ["^a*?b+?c??$", "aabc", "aac"],
    ["^a{2}$", "aa", "aaa"],
    ["^a{2,}?$", "aaa", "a"],
    ["^a{1,3}$", "aaa", "aaaa"],
    ["^a{0}b$", "b", "ab"],
    ["^(a{10}){100}$", "a".repeat(1_000), "a".repeat(999)],
    ["^(a*)*(|b)+$", "aab", "aac"],
    ["^a(?i)+$", "aa", "aA"],
  ],
};

for (const [title, rows] of Object.entries(TABLE)) {
  describe(title, () => {
    test.each(rows)("%s matches %j and not %j", (pattern, hit, miss) => {
      expect([matches(pattern, hit), matches(pattern, miss)]).toEqual([true, false]);
    });
  });
}

test.each([
  ["a backreference", "(a)\\1"],
  ["a lookahead", "a(?=b)"],
  ["a negative lookahead", "a(?!b)"],
  ["a lookbehind", "(?<=a)b"],
  ["an atomic group", "(?>a)"],
  ["a possessive repeat", "a++"],
  ["a repeat of a repeat", "a**"],
  ["a repeat of nothing", "*a"],
  ["a repeat of an empty option", "a|+"],
  ["an open group", "(a"],
  ["a lone closing parenthesis", "a)"],
  ["an open class", "[a"],
  ["an empty class", "[]"],
  ["a range that runs backwards", "[z-a]"],
  ["a range that ends in a class", "[a-\\d]"],
  ["an unknown POSIX class", "[[:letter:]]"],
  ["an unknown Unicode class", "\\p{Klingon}"],
  ["an unknown escape", "\\q"],
  ["the end-of-text anchor that Go lacks", "a\\Z"],
  ["a trailing backslash", "a\\"],
  ["a code point that does not exist", "\\x{110000}"],
  ["an unknown flag", "(?x)a"],
  ["a count above 1000", "a{1001}"],
  ["counts that multiply above 1000", "((a{100}){100}){100}"],
  ["a range of counts that runs backwards", "a{3,2}"],
])("refuses %s", (_, pattern) => {
  expect(matches(pattern, "a")).toBe(undefined);
});
