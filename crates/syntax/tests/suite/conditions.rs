//! Conditions: answers and errors. Those about strings, numbers and syntax were observed on Debian's 2.6.

use crate::common::{env, facts};

/// Evaluates a condition as `-cc` gets it.
fn check(text: &str, want: Result<bool, &str>) {
    let got = syntax::cond::eval_argument(text.as_bytes(), &env(), &facts());
    let want = want.map_err(|error| match error.split_once(": ") {
        Some(("", rest)) => rest.to_owned(),
        _ => format!("Failed to evaluate condition: {error}"),
    });
    assert_eq!(got, want, "{text}");
}

#[test]
fn numbers_and_operators() {
    for text in [
        "1",
        " 1",
        "1 ",
        "-1",
        "+1",
        "01",
        "0x1",
        "0xf0",
        "99999999999999999999",
        "!0",
        "! 0",
        "!!1",
        "(1)",
        "( 1 )",
        "!(0)",
        "((1))",
        "1 && 1",
        "1&&1",
        "1 || 0",
        "0||1",
        "1 && 0 || 1",
        "1 || 0 && 0",
        "(1 && 0) || 1",
        "0 && 0 || 1",
        "\"1\"",
        "'1'",
        r"\x31",
    ] {
        check(text, Ok(true));
    }
    for text in ["", "0", "00", "0x0", "!1", "1 && 0", "0 || 0", "(1)&&(0)", "1 && (0 || 0)", "\"\""] {
        check(text, Ok(false));
    }
}

#[test]
fn predicates() {
    for text in [
        "defined(A)",
        "!defined(Z)",
        "defined(EMPTY)",
        "streq(a,a)",
        "streq(,)",
        "streq(a b,a b)",
        "streq(a  b,a b)",
        "streq(\"$A\",AA)",
        "strneq(a,b)",
        "strstr(abc,b)",
        "strstr(abc,)",
        "feature(OPENSSL)",
        "!feature(KQUEUE)",
        "!feature(openssl)",
        "enabled(EPOLL)",
        "!enabled(POLL)",
        "version_atleast(3.5)",
        "version_atleast(2.4-dev19)",
        "version_before(3.6)",
        "version_atleast()",
        "openssl_version_atleast(1.1.1)",
        "ssllib_name_startswith(OpenSSL) && openssl_version_before(4.0.0)",
        "!awslc_api_atleast(1)",
        "!awslc_api_before(99)",
        "!fips_mode()",
        "!fips_mode",
        "!defined",
        "!defined()",
        r#"'streq("a\"b",a\"b)'"#,
        r#"'streq("a\nb",a\nb)'"#,
        r"'streq(a\qb,a\qb)'",
        r#"'streq(\\,"\\")'"#,
        r#"'streq("a"b"c",abc)'"#,
        r#"'streq("a" ,"a ")'"#,
        r#"'streq(\ a," a")'"#,
        "defined(A)&&defined(A)||0",
    ] {
        check(text, Ok(true));
    }
    for text in [
        "defined( A )",
        "streq(a,b)",
        "streq(a, a)",
        "streq($A,AA)",
        r"'streq(\x41,A)'",
        r"'streq(a,b\)'",
        r#"'streq("$A",AA)'"#,
        "strstr(b,abc)",
        "version_before(3.5)",
        "ssllib_name_startswith(AWS)",
        "feature()",
    ] {
        check(text, Ok(false));
    }
}

#[test]
fn errors() {
    for (text, want) in [
        ("foo", "unparsable conditional expression 'foo'"),
        ("foo(", "unparsable conditional expression 'foo('"),
        ("DEFINED(A)", "unparsable conditional expression 'DEFINED(A)'"),
        ("1 || foo", "unparsable conditional expression 'foo'"),
        ("foo || 1", "unparsable conditional expression 'foo || 1'"),
        ("!", "unparsable conditional expression ''"),
        ("&& 1", "unparsable conditional expression '&& 1'"),
        ("1 &&", "unparsable conditional expression '&&'"),
        ("'1 || '", "unparsable conditional expression '|| '"),
        ("1 && &&", "unparsable conditional expression '&&'"),
        (" ", "unparsable conditional expression ' '"),
        ("--1", "unparsable conditional expression '--1'"),
        ("()", "unparsable conditional expression ')'"),
        ("1 2", "unexpected character '2' at the end of conditional expression '1 2'"),
        ("1x", "unexpected character 'x' at the end of conditional expression '1x'"),
        ("08", "unexpected character '8' at the end of conditional expression '08'"),
        ("0x", "unexpected character 'x' at the end of conditional expression '0x'"),
        ("1)", "unexpected character ')' at the end of conditional expression '1)'"),
        ("1 & 1", "unexpected character '&' at the end of conditional expression '1 & 1'"),
        ("1 # x", "unexpected character '#' at the end of conditional expression '1 # x'"),
        ("defined (A)", "unexpected character '(' at the end of conditional expression 'defined (A)'"),
        ("streq(a,a)x", "unexpected character 'x' at the end of conditional expression 'streq(a,a)x'"),
        ("(1", "expected ')' after conditional expression '(1'"),
        ("1 && (0 | 1)", "expected ')' after conditional expression '(0 | 1)'"),
        ("streq(a,b,c)", "expected ')' before ',c)' in arguments of predicate 'streq' used in conditional expression"),
        (
            "fips_mode(x)",
            "expected ')' before '(x)' in arguments of predicate 'fips_mode' used in conditional expression",
        ),
        ("defined(A", "expected ')' in arguments of predicate 'defined' used in conditional expression"),
        ("enabled(FOO)", "unknown option 'FOO' for predicate 'enabled'"),
        (
            "streq(a)",
            "missing arguments (got 1/2), type 'string' expected in argument 2 of predicate 'streq' used in conditional expression",
        ),
        ("\"1", ": Syntax Error in condition: Unmatched quote."),
        ("\"${A\"", ": Syntax Error in condition: unmatched brace in environment variable name."),
    ] {
        check(text, Err(want));
    }
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    check(&nested(100), Ok(true));
    check(&nested(101), Err("more than 100 nested parentheses in conditional expression"));
    check(&"(".repeat(100_000), Err("more than 100 nested parentheses in conditional expression"));
    check(&format!("{}1", "!".repeat(100_000)), Ok(true));
}
