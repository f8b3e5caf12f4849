use super::*;
use syntax::{Env, Facts};

fn formatted(text: &[u8]) -> Vec<u8> {
    let mut files = Files::new();
    let id = files.add("F", text);
    let (tree, _) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    format(&files, id, &tree)
}

fn check(from: &str, to: &str) {
    let got = formatted(from.as_bytes());
    assert_eq!(String::from_utf8_lossy(&got), to, "from:\n{from}");
    assert_eq!(String::from_utf8_lossy(&formatted(&got)), to, "a second time");
}

#[test]
fn lines_and_sections() {
    check(
        "\n\nglobal\n  maxconn   10 \n\tdaemon\n\n\n\n  user x\nfrontend f\nbind :80   # here\n",
        "global\n    maxconn 10\n    daemon\n\n    user x\n\nfrontend f\n    bind :80 # here\n",
    );
    check("", "");
    check("\n \n", "");
}

#[test]
fn quotes_and_escapes_stay() {
    check(
        "global\n setenv A 'a  b'\"c  # \\\" d\"  x\\ \\ y\\#\n",
        "global\n    setenv A 'a  b'\"c  # \\\" d\" x\\ \\ y\\#\n",
    );
}

#[test]
fn continued_lines_stay_continued() {
    check("global\n setenv \\\n A \\\r\n  b\n", "global\n    setenv \\\n        A \\\n        b\n");
    check("global\n setenv A b\\\n   c d\n", "global\n    setenv A b\\\n   c d\n");
    check("global\n daemon \\\n\n quiet\n", "global\n    daemon\n    quiet\n");
    check("global\n daemon\\\n\n quiet\n", "global\n    daemon\n    quiet\n");
    check("global\n setenv A x\\\\\n quiet\n", "global\n    setenv A x\\\\\n    quiet\n");
}

#[test]
fn comments_stand_with_what_they_are_about() {
    check(
        "# head\nglobal\n# x\n daemon\n  # last of global\n\n# of f\n# more\nfrontend f\n bind :80\n# margin\n",
        "# head\nglobal\n    # x\n    daemon\n    # last of global\n\n# of f\n# more\nfrontend f\n    bind :80\n# margin\n",
    );
}

#[test]
fn blocks() {
    check(
        "global\n daemon\n .if defined(A)\n  .if defined(B)\n quiet\n .else\nnode x\n .endif\n.endif\n.if defined(C)\nfrontend f\n bind :1\n.endif\n",
        "global\n    daemon\n.if defined(A)\n  .if defined(B)\n    quiet\n  .else\n    node x\n  .endif\n.endif\n\n.if defined(C)\nfrontend f\n    bind :1\n.endif\n",
    );
}

#[test]
fn line_numbers_that_are_asked_for_stay() {
    check("\n\nglobal\n\n\n setenv A \"${.LINE}\"\n", "\n\nglobal\n\n\n    setenv A \"${.LINE}\"\n");
}
