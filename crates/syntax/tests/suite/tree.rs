//! Sections, conditional blocks, the environment, and how files begin and end.

use crate::common::{check_spans, messages, outline, parse};

/// Reads sources, and compares the outline of the tree and the messages.
fn check(sources: &[&str], want: &str, want_messages: &str) {
    let sources: Vec<&[u8]> = sources.iter().map(|source| source.as_bytes()).collect();
    let (files, tree, diagnostics) = parse(&sources);
    assert_eq!(messages(&files, &diagnostics), want_messages, "{sources:?}");
    assert_eq!(outline(&tree), want, "{sources:?}");
    check_spans(&files, &tree);
}

/// Reads lines of `global` that change nothing but give messages.
fn check_messages(lines: &str, want: &str) {
    check(&[&format!("global\n{lines}\n")], "global\n", want);
}

#[test]
fn sections() {
    check(&[""], "", "");
    check(&["\n"], "", "");
    check(&["global\n"], "global\n", "");
    check(
        &["  global#x\ndaemon#y\n  frontend   foo\nmode   http # z\n"],
        "global\n  daemon\nfrontend|foo\n  mode|http\n",
        "",
    );
    check(&["global\r\n daemon\r\n"], "global\n  daemon\n", "");
    check(&["global\nglobal\n a\n"], "global\nglobal\n  a\n", "");
    check(&["frontend a b 'c d'\n"], "frontend|a|b|c d\n", "");
    check(&["'global'\n"], "global\n", "");
}

#[test]
fn outside_of_sections() {
    let message = |place: &str, word: &str| format!("[ALERT]    [{place}]: unknown keyword '{word}' out of section.\n");
    check(&["foo\nglobal\n a\n"], "global\n  a\n", &message("a.cfg:1", "foo"));
    check(&["global\n a\n", " foo\nglobal\n b\n"], "global\n  a\nglobal\n  b\n", &message("b.cfg:1", "foo"));
}

#[test]
fn file_ends() {
    let cut = |at: &str| format!("[ALERT]    [{at}.\n");
    let lf = "Missing LF on last line, file might have been truncated at position";
    check(&["global\n daemon"], "global\n  daemon\n", &cut(&format!("a.cfg:2]: {lf} 8")));
    check(&["global\n # x"], "global\n", &cut(&format!("a.cfg:2]: {lf} 5")));
    check(&["global\n "], "global\n", &cut(&format!("a.cfg:2]: {lf} 2")));
    check(&["global\n.if 1\n a\n"], "global\n  a\n", "[ALERT]    [a.cfg:3]: non-terminated '.if' block.\n");
    check(
        &["global\n.if 1\n", "global\n.endif\n"],
        "global\nglobal\n",
        "[ALERT]    [a.cfg:2]: non-terminated '.if' block.\n[ALERT]    [b.cfg:2]: lone '.endif' with no matching '.if'.\n",
    );
}

/// Found by fuzzing: what is missing stands behind the last byte.
#[test]
fn errors_at_the_end_stay_within_the_file() {
    for text in ["global\n a \"$", "global\n a \"${", "global\n a \\x", "global\n a \"${A[", "global\n a '"] {
        let (files, _, diagnostics) = parse(&[text.as_bytes()]);
        let first = diagnostics.iter().next().unwrap();
        assert!(first.span.unwrap().end as usize <= text.len(), "{text}");
        assert!(diag::terminal::render(&files, first, false).contains('^'), "{text}");
    }
}

#[test]
fn files_that_are_no_text() {
    check(
        &["global\n a\n b\0c \"\n\"\n", "global\n d\n"],
        "global\n  a\n  b\nglobal\n  d\n",
        "[ALERT]    [a.cfg:3]: NUL byte at position 3, the rest of the file is not read.\n",
    );
    check(
        &["\u{feff}global\n a\n"],
        "global\n  a\n",
        "[ALERT]    [a.cfg:1]: the file begins with a byte order mark, which is not allowed here.\n",
    );
}

#[test]
fn branches() {
    let cases = [
        (".if 1\n a\n.endif\n b", "a b"),
        (".if 0\n a\n.endif\n b", "b"),
        (".if 0\n a\n.else\n b\n.endif\n c", "b c"),
        (".if 1\n a\n.elif 1\n b\n.else\n c\n.endif", "a"),
        (".if 0\n a\n.elif 1\n b\n.elif 1\n c\n.else\n d\n.endif", "b"),
        (".if 0\n a\n.elif 0\n b\n.else\n d\n.endif", "d"),
        (".if 0\n.if 1\n a\n.else\n b\n.endif\n c\n.else\n d\n.endif", "d"),
        (".if 1\n.if 0\n a\n.else\n b\n.endif\n c\n.else\n d\n.endif", "b c"),
        // What can't matter isn't read.
        (".if 0\n.if nonsense(\n.endif\n.foo\n.notice a b\n.endif", ""),
        (".if 1\n a\n.elif nonsense(\n b\n.endif", "a"),
        (".if 0\n \"$EMPTY\" x\n foo \"\" bar\n.endif", ""),
        (".if \"$EMPTY\"\n a\n.else\n b\n.endif", "b"),
        (".if\n a\n.endif", ""),
        (".if defined(A) # comment\n a\n.endif", "a"),
        (".if streq(\"$YES\",yes) && \\\n  streq(\"$ONE\",1)\n a\n.endif", "a"),
        (".if streq(\"$ONE\",     1)\n a\n.endif", ""),
        (" setenv X 1\n.if defined(X)\n a\n.endif\n unsetenv X\n.if defined(X)\n b\n.endif", "setenv|X|1 a unsetenv|X"),
    ];
    for (lines, want) in cases {
        let want: String = want.split_whitespace().map(|line| format!("  {line}\n")).collect();
        check(&[&format!("global\n{lines}\n")], &format!("global\n{want}"), "");
    }
    check(&["global\n.if 0\nfrontend x\n.endif\n a\n"], "global\n  a\n", "");
    check(&[".if 1\nglobal\n a\n.endif\n b\n"], "global\n  a\n  b\n", "");
}

#[test]
fn block_errors() {
    check_messages(".elif 1", "[ALERT]    [a.cfg:2]: lone '.elif' with no matching '.if'.\n");
    check_messages(".else", "[ALERT]    [a.cfg:2]: lone '.else' with no matching '.if'.\n");
    check_messages(".endif", "[ALERT]    [a.cfg:2]: lone '.endif' with no matching '.if'.\n");
    check_messages(".if 1\n.else x\n.endif", "[ALERT]    [a.cfg:3]: Unexpected argument 'x' for '.else'.\n");
    check_messages(".if 1\n.endif x", "[ALERT]    [a.cfg:3]: Unexpected argument 'x' for '.endif'.\n");
    check_messages(
        ".if 1\n.else\n.else\n.elif 1\n a\n.endif",
        "[ALERT]    [a.cfg:4]: '.else' after '.else' is not permitted.\n[ALERT]    [a.cfg:5]: '.elif' after '.else' is not permitted.\n",
    );
    check_messages(".foo", "[ALERT]    [a.cfg:2]: unknown directive '.foo'.\n");
    check_messages(".NOTICE a", "[ALERT]    [a.cfg:2]: unknown directive '.NOTICE'.\n");
    check_messages(
        ".if 1 && foo\n a\n.else\n b\n.endif",
        "[ALERT]    [a.cfg:2]: unparsable conditional expression 'foo' in '.if' at position 6:\n  .if 1 && foo\n           ^\n",
    );
    check_messages(
        ".if 0\n .elif  1 2\n.endif",
        "[ALERT]    [a.cfg:3]: unexpected character '2' at the end of conditional expression '1 2' in '.elif' at position 3:\n  .elif 1 2\n          ^\n",
    );
    // One broken line causes one message.
    check_messages(
        ".if \"x\n a\n.else\n b\n.endif",
        "[ALERT]    [a.cfg:2]: unmatched quote at position 5:\n  .if \"x\n      ^\n",
    );
    check_messages(
        ".if 0\n foo \"x\n.endif",
        "[ALERT]    [a.cfg:3]: unmatched quote at position 6:\n  foo \"x\n      ^\n",
    );
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| format!("global\n{} a\n{}", ".if 1\n".repeat(depth), ".endif\n".repeat(depth));
    check(&[&nested(99)], "global\n  a\n", "");
    check(&[&nested(100)], "global\n", "[ALERT]    [a.cfg:101]: too many nested '.if', max is 100.\n");
}

#[test]
fn condition_errors_point_into_the_line() {
    let (files, _, diagnostics) = parse(&[b"global\n.if  defined(A)   &&  nonsense\n.endif\n"]);
    let span = diagnostics.iter().next().unwrap().span.unwrap();
    assert_eq!(files.line_col(span), (2, 23));
}

#[test]
fn messages_of_directives() {
    check_messages(".notice a", "[NOTICE]   [a.cfg:2]: 'a'.\n");
    check_messages(".warning \"a b\"", "[WARNING]  [a.cfg:2]: 'a b'.\n");
    check_messages(".alert a\n.diag b", "[ALERT]    [a.cfg:2]: 'a'.\n[DIAG]     [a.cfg:3]: 'b'.\n");
    check_messages(".notice", "[NOTICE]   [a.cfg:2]: ''.\n");
    check_messages(".notice \"$A $.LINE\"", "[NOTICE]   [a.cfg:2]: 'AA 2'.\n");
    check_messages(
        ".notice a b",
        "[ALERT]    [a.cfg:2]: Unexpected argument 'b' for '.notice'. Use quotes if the message should contain spaces.\n",
    );
}

#[test]
fn environment() {
    let cases = [
        (" setenv X a\n.notice \"$X\"", "[NOTICE]   [a.cfg:3]: 'a'.\n"),
        (" setenv A b\n.notice \"$A\"", "[NOTICE]   [a.cfg:3]: 'b'.\n"),
        (" presetenv A b\n.notice \"$A\"", "[NOTICE]   [a.cfg:3]: 'AA'.\n"),
        (" presetenv X b\n.notice \"$X\"", "[NOTICE]   [a.cfg:3]: 'b'.\n"),
        (" unsetenv A X\n.notice \"<$A>\"", "[NOTICE]   [a.cfg:3]: '<>'.\n"),
        (" resetenv ONE\n.notice \"<$A$ONE>\"", "[NOTICE]   [a.cfg:3]: '<1>'.\n"),
        (" resetenv\n.notice \"<$A$ONE>\"", "[NOTICE]   [a.cfg:3]: '<>'.\n"),
        (" setenv X \"\"\n.if defined(X)\n.notice \"<$X>\"\n.endif", "[NOTICE]   [a.cfg:4]: '<>'.\n"),
        (" setenv X", "[ALERT]    [a.cfg:2]: 'setenv' expects a name and a value.\n"),
        (" presetenv", "[ALERT]    [a.cfg:2]: 'presetenv' expects a name and a value.\n"),
        (" unsetenv", "[ALERT]    [a.cfg:2]: 'unsetenv' expects at least one variable name.\n"),
        (" setenv \"a=b\" c", "[ALERT]    [a.cfg:2]: 'setenv' failed on variable 'a=b' : Invalid argument.\n"),
        (
            " setenv X a b\n.notice \"<$X>\"",
            "[ALERT]    [a.cfg:2]: 'setenv' cannot handle unexpected argument 'b'.\n[NOTICE]   [a.cfg:3]: '<>'.\n",
        ),
        (
            " setenv HAPROXY_BRANCH x\n unsetenv HAPROXY_BRANCH",
            "[WARNING]  [a.cfg:2]: 'setenv' can't change variable 'HAPROXY_BRANCH', its value is kept.\n[WARNING]  [a.cfg:3]: 'unsetenv' can't change variable 'HAPROXY_BRANCH', its value is kept.\n",
        ),
    ];
    for (lines, want) in cases {
        let (files, _, diagnostics) = parse(&[format!("global\n{lines}\n").as_bytes()]);
        assert_eq!(messages(&files, &diagnostics), want, "{lines}");
    }
    // Only the global section changes it.
    check(&["frontend f\n setenv A b\n"], "frontend|f\n  setenv|A|b\n", "");
    let (_, tree, _) = parse(&[b"global\n setenv X 1\nfrontend f\n setenv Y 1\nglobal\n setenv Z 1\n"]);
    assert_eq!(tree.env.value(b"X"), Some(&b"1"[..]));
    assert_eq!((tree.env.value(b"Y"), tree.env.value(b"Z")), (None, Some(&b"1"[..])));
}

/// Thirty doublings would be a gigabyte.
#[test]
fn expansion_has_a_limit() {
    let mut text = String::from("global\n setenv X aaaaaaaaaaaaaaaa\n");
    text += &" setenv X \"$X$X\"\n".repeat(40);
    let (files, tree, diagnostics) = parse(&[text.as_bytes()]);
    assert!(messages(&files, &diagnostics).contains("environment variables add too much text at position 12"));
    assert!(tree.env.value(b"X").unwrap().len() <= syntax::lexer::MAX_EXPANSION);
}

#[test]
fn a_long_line_and_many_words() {
    let text = format!("global\n a {}\n b {}\n", "x".repeat(1 << 20), "y ".repeat(60_000));
    let (_, tree, diagnostics) = parse(&[text.as_bytes()]);
    assert!(diagnostics.is_empty());
    let lines = &tree.sections[0].lines;
    assert_eq!((lines[0].words[1].text.len(), lines[1].words.len()), (1 << 20, 60_001));
    let (files, _, diagnostics) = parse(&[format!("global\n b {}\n", "y ".repeat(70_000)).as_bytes()]);
    assert!(messages(&files, &diagnostics).starts_with("[ALERT]    [a.cfg:2]: too many words at position 131074:"));
}

#[test]
fn trivia_keep_the_text() {
    let text = b"# head\n\nglobal # g\n.if 0 # i\n x \"$A\" # y\n.endif\n a # b\n";
    let (files, tree, _) = parse(&[text]);
    let trivia: Vec<String> = tree
        .trivia
        .iter()
        .map(|t| {
            format!("{}:{:?} {}", t.line_no, t.kind, String::from_utf8_lossy(t.comment.map_or(b"", |c| files.slice(c))))
        })
        .collect();
    assert_eq!(
        trivia,
        [
            "1:Comment # head",
            "2:Blank ",
            "4:Directive([\".if\", \"0\"]) # i",
            "5:Inactive([\"x\", \"AA\"]) # y",
            "6:Directive([\".endif\"]) ",
        ]
    );
    check_spans(&files, &tree);
}
