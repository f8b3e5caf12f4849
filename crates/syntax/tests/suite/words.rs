//! How a line is cut into words. Unless a comment says otherwise, the reference was observed to do the same
//! (Debian's 2.6, with the word as an unknown keyword, which it repeats in its message).

use crate::common::{check_spans, messages, outline, parse};

/// Reads `source` as a line of `global`, and compares its words.
fn check(source: &str, want: &str) {
    let text = format!("global\n {source}\n");
    let (files, tree, diagnostics) = parse(&[text.as_bytes()]);
    assert_eq!(messages(&files, &diagnostics), "", "{source}");
    let want = if want.is_empty() { String::new() } else { format!("  {want}\n") };
    assert_eq!(outline(&tree), format!("global\n{want}"), "{source}");
    check_spans(&files, &tree);
}

/// Reads `source` as a line of `global` that can't be read, and compares the message.
fn check_error(source: &str, want: &str) {
    let text = format!("global\n {source}\n after\n");
    let (files, tree, diagnostics) = parse(&[text.as_bytes()]);
    assert_eq!(messages(&files, &diagnostics), format!("[ALERT]    [a.cfg:2]: {want}\n"), "{source}");
    assert!(outline(&tree).ends_with("global\n  after\n"), "{source}");
    check_spans(&files, &tree);
}

#[test]
fn blanks_and_comments() {
    check("a b", "a|b");
    check("\ta \t  b  ", "a|b");
    check("a\u{b}c\u{c}d", "a|c|d");
    check("a \r\r", "a");
    check("a#b", "a");
    check("a #b c", "a");
    check("#a", "");
    check("", "");
    check("a\u{1}b", "a\\x01b");
    check("é", "\\xc3\\xa9");
}

#[test]
fn escapes_outside_quotes() {
    check(r"a\ b", "a b");
    check(r"a\#b", "a#b");
    check(r"a\\b", r"a\\b");
    check(r#"\"a\""#, r#"\"a\""#);
    check(r"\'a", r"\'a");
    check(r"a\nb\rc\td", r"a\nb\rc\td");
    check(r"a\x41b", "aAb");
    check(r"a\qb", r"a\\qb");
    check(r"a\ ", "a ");
    check(r"a\x20b\x09c", r"a b\tc");
    // The manual's matrix; 2.6 keeps both backslashes and lets the tab separate.
    check(r"\$A", "$A");
    check("a\\\tb", r"a\tb");
}

#[test]
fn quotes() {
    check(r#""a b" c"#, "a b|c");
    check(r#"'a b' c"#, "a b|c");
    check(r#"'a"b\n$A'"#, r#"a\"b\\n$A"#);
    check(r#""a'b#c""#, r"a\'b#c");
    check(r#""a\"b\\c\'d\#e\ f\$g""#, r#"a\"b\\c\'d#e f$g"#);
    check(r#""\q""#, r"\\q");
    check(r#""a\x41\n""#, r"aA\n");
    check(r#"a"b"'c'd"#, "abcd");
    check(r#"x """#, "x|");
    check(r#"x '' """#, "x||");
    check(r#""""#, "");
    for same in [
        r"log-format %{+Q}o\ %t\ %s\ %{-Q}r",
        r#"log-format "%{+Q}o %t %s %{-Q}r""#,
        r#"log-format '%{+Q}o %t %s %{-Q}r'"#,
        r#"log-format "%{+Q}o %t"' %s %{-Q}r'"#,
        r#"log-format "%{+Q}o %t"' %s'\ %{-Q}r"#,
    ] {
        check(same, "log-format|%{+Q}o %t %s %{-Q}r");
    }
}

#[test]
fn second_level_is_left_alone() {
    check(r#"set-path %[path,regsub("(foo|bar)",blah,g)]"#, "set-path|%[path,regsub((foo|bar),blah,g)]");
    check(r#"set-path %[path,regsub(\"(foo|bar)\",blah,g)]"#, r#"set-path|%[path,regsub(\"(foo|bar)\",blah,g)]"#);
    check(r#"'%[path,regsub("^/(here)(/|$)","my/\1",g)]'"#, r#"%[path,regsub(\"^/(here)(/|$)\",\"my/\\1\",g)]"#);
    check(r#"str("\\'foo\\'")"#, r"str(\\\'foo\\\')");
    check(r#"str(\"\'foo\'\")"#, r#"str(\"\'foo\'\")"#);
    check(r"str(\\\'foo\\\')", r"str(\\\'foo\\\')");
}

#[test]
fn variables() {
    check("$A", "$A");
    check(r#""$A""#, "AA");
    check(r#"'$A'"#, "$A");
    check(r#""x$A.y""#, "xAA.y");
    check(r#""$A-x""#, "AA-x");
    check(r#""$A$A"$"#, "AAAA$");
    check(r#""${A}}""#, "AA}");
    check(r#""${A-def}""#, "AA");
    check(r#""${Z-def}""#, "def");
    check(r#""${Z-a b}""#, "a b");
    check(r#""${Z--}""#, "-");
    check(r#""${Z-$A}""#, "$A");
    check(r#""${A-${Z}}""#, "AA}");
    check(r#""${Z-a"b}""#, "a\\\"b");
    check(r#""${Z-\}x}""#, r"\\x}");
    check(r#""${EMPTY-x}y""#, "y");
    check(r#""$Z"x"#, "x");
    check(r#"x "$Z""#, "x|");
    check(r#""$_a$a1"x"#, "x");
    check(r#"${A}"#, "${A}");
    check(r#"a"${A}"b'${A}'"#, "aAAb${A}");
}

#[test]
fn pseudo_variables() {
    check(r#""$.FILE:${.LINE}""#, "a.cfg:2");
    check(r#"x "$.SECTION""#, "x|global");
    check(r#""${.LINE-x}${.LINE[*]}""#, "22");
    check(r#""$.FILE.x""#, "a.cfg.x");
    let text = b"defaults \"n$.SECTION\"\n a \"$.SECTION\"\nfrontend x\n a \"$.SECTION\"\ndefaults\n a \"$.SECTION\"\n";
    let (_, tree, _) = parse(&[text, b"listen \"<$.SECTION>\"\n x \"$.FILE\" \"$.LINE\"\n"]);
    let want = "defaults|n\n  a|n\nfrontend|x\n  a|x\ndefaults\n  a|defaults\nlisten|<>\n  x|b.cfg|2\n";
    assert_eq!(outline(&tree), want);
}

/// 2.6 makes empty words of blanks around the values; an empty word would now be refused.
#[test]
fn word_lists() {
    check(r#""${A[*]}""#, "AA");
    check(r#"x"${A[*]}"y"#, "xAAy");
    check(r#"a "${LIST[*]}" b"#, "a|p|q|r|b");
    check(r#"a "x${LIST[*]}y" b"#, "a|x|p|q|r|y|b");
    check(r#"a "$LIST""#, r"a| p  q\tr ");
    check(r#"a "${Z[*]}" b"#, "a|b");
    check(r#"a "${EMPTY[*]}" b"#, "a|b");
    check(r#"a "${Z[*]-x y}" b"#, "a|x|y|b");
    check(r#"a "${Z-x y[*]}" b"#, "a|x y[*]|b");
}

/// Not in the reference, which keeps the backslash as the line's last character.
#[test]
fn continued_lines() {
    check("a \\\n  b", "a|b");
    check("a \\\r\n\tb", "a|b");
    check("a\\\n   b c", "ab|c");
    check("\"a \\\n    b\" c", "a b|c");
    check("a # b \\\n c", "a\n  c");
    check("a \\\n # b", "a");
    check("a \\\\\n b", "a|\\\\\n  b");
    check("\\\n\\\n a", "a");
    check("a \\\n", "a");
    let (files, tree, _) = parse(&[b"global\n a \\\n  \\\n  b \"$.LINE\"\n c \"$.LINE\"\n"]);
    let lines: Vec<u32> = tree.sections[0].lines.iter().map(|line| line.line_no).collect();
    assert_eq!((outline(&tree).as_str(), lines), ("global\n  a|b|2\n  c|5\n", vec![2, 5]));
    let word = &tree.sections[0].lines[0].words[1];
    assert_eq!(files.line_col(word.span), (4, 3));
}

#[test]
fn errors() {
    check_error("foo \"abc", "unmatched quote at position 6:\n  foo \"abc\n      ^");
    check_error("foo 'abc", "unmatched quote at position 6:\n  foo 'abc\n      ^");
    check_error("foo'a\\'b' z", "unmatched quote at position 10:\n  foo'a\\'b' z\n          ^");
    check_error("\t foo \"x", "unmatched quote at position 8:\n  foo \"x\n      ^");
    check_error("foo 'a\\", "unmatched quote at position 6:\n  foo 'a\\\n      ^");
    check_error("a\\x4", "truncated or invalid hexadecimal sequence at position 3:\n  a\\x4\n   ^");
    check_error("a\\xzz", "truncated or invalid hexadecimal sequence at position 3:\n  a\\xzz\n   ^");
    check_error("foo\"\\x z", "truncated or invalid hexadecimal sequence at position 6:\n  foo\"\\x z\n      ^");
    let name = "forbidden first char in environment variable name at position";
    check_error("foo \"$\"", &format!("{name} 8:\n  foo \"$\"\n        ^"));
    check_error("foo \"${\"", &format!("{name} 9:\n  foo \"${{\"\n         ^"));
    check_error("foo \"$1\"", &format!("{name} 8:\n  foo \"$1\"\n        ^"));
    check_error("foo \"${}\"", &format!("{name} 9:\n  foo \"${{}}\"\n         ^"));
    check_error("foo \"$.LINEx\"", &format!("{name} 8:\n  foo \"$.LINEx\"\n        ^"));
    check_error("foo \"$.line\"", &format!("{name} 8:\n  foo \"$.line\"\n        ^"));
    let brace = "unmatched brace in environment variable name at position";
    check_error("foo \"${A\"", &format!("{brace} 8:\n  foo \"${{A\"\n        ^"));
    check_error("foo \"${A.b}\"", &format!("{brace} 8:\n  foo \"${{A.b}}\"\n        ^"));
    check_error("foo \"${A-x\"", &format!("{brace} 8:\n  foo \"${{A-x\"\n        ^"));
    check_error("foo \"${A[*]x}\"", &format!("{brace} 8:\n  foo \"${{A[*]x}}\"\n        ^"));
    let list = "truncated or invalid word expansion sequence at position";
    check_error("foo \"${A[*}\"", &format!("{list} 10:\n  foo \"${{A[*}}\"\n          ^"));
    check_error("foo \"${A[x]}\"", &format!("{list} 10:\n  foo \"${{A[x]}}\"\n          ^"));
}

/// The reference drops what follows without a word.
#[test]
fn carriage_returns() {
    let message = "carriage return without line feed at position";
    check_error("a\rb", &format!("{message} 3:\n  a?b\n   ^"));
    check_error("a \r b", &format!("{message} 4:\n  a ? b\n    ^"));
    check_error("a \"\r\"", "unmatched quote at position 4:\n  a \"?\"\n    ^");
    check_error("a '\r'", "unmatched quote at position 4:\n  a '?'\n    ^");
}

#[test]
fn empty_words_before_others() {
    let message =
        |number, position| format!("argument number {number} at position {position} is empty, but others follow it:");
    check_error("foo \"\" bar", &format!("{}\n  foo \"\" bar\n      ^", message(1, 6)));
    check_error("foo a \"$Z\" bar", &format!("{}\n  foo a \"$Z\" bar\n        ^", message(2, 8)));
    check_error("'' bar", &format!("{}\n  '' bar\n  ^", message(0, 2)));
}

#[test]
fn an_escaped_nul_ends_a_word() {
    let (_, tree, diagnostics) = parse(&[b"global\n a\\x00b c\n"]);
    assert_eq!(outline(&tree), "global\n  a|c\n");
    assert!(!diagnostics.has_alerts() && diagnostics.count(diag::Severity::Diag) == 1);
}

#[test]
fn words_know_their_place() {
    let (files, tree, _) = parse(&[b"global\n  foo b\"a r\" \"${LIST[*]}\" # c \n"]);
    let line = &tree.sections[0].lines[0];
    let places: Vec<_> = line.words.iter().map(|w| String::from_utf8_lossy(files.slice(w.span))).collect();
    assert_eq!(places, ["foo", "b\"a r\"", "\"${LIST[*]}\"", "\"${LIST[*]}\"", "\"${LIST[*]}\""]);
    assert_eq!(files.slice(line.comment.unwrap()), b"# c");
    assert_eq!(files.slice(line.span), b"foo b\"a r\" \"${LIST[*]}\"");
    assert_eq!(files.slice(line.words[0].part(1, 2)), b"o");
    assert_eq!(files.slice(line.words[1].part(1, 2)), b"b\"a r\"");
    assert!(!line.words[0].quoted && line.words[1].quoted && line.words[2].expanded);
}
