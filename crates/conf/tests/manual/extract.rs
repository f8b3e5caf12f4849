//! Finds the examples in the manual's text.

/// What stands under one heading.
pub struct Example {
    /// Number of the heading's line, from 1.
    pub line: usize,
    /// The lines below it, or what stands on the heading's own line.
    pub text: Vec<String>,
}

/// All examples, in order.
pub fn examples(manual: &str) -> Vec<Example> {
    let lines: Vec<&str> = manual.lines().collect();
    let mut found: Vec<Example> = Vec::new();
    let mut end = 0;
    for at in 0..lines.len() {
        let Some(rest) = heading(lines[at]).filter(|_| at >= end) else { continue };
        let inner = block(&lines[at..]);
        end = at + 1 + inner.len();
        let inner = &inner[if rest.is_empty() { 0 } else { title(inner) }..];
        // Before lines of its own, what stands behind the colon is a title.
        let has_lines = inner.iter().any(|line| !line.trim().is_empty());
        let own = core::iter::once(rest).filter(|rest| !rest.is_empty() && !has_lines);
        let text = own.chain(inner.iter().copied()).map(str::to_owned).collect();
        found.push(Example { line: at + 1, text });
    }
    found
}

/// What follows the colon of a heading such as `Example :`; a sentence that announces an example is one as well.
fn heading(line: &str) -> Option<&str> {
    let text = line.trim();
    let (before, after) = text.split_once(':')?;
    let first = before.split_whitespace().next()?;
    if first == "Example" || first == "Examples" {
        return Some(after.trim());
    }
    let announces = (text.to_ascii_lowercase().contains("example") || text == "haproxy.cfg:") && after.is_empty();
    announces.then_some("")
}

/// How many lines of a block go on with the heading's title: they are indented more than what follows them.
fn title(block: &[&str]) -> usize {
    let Some(blank) = block.iter().position(|line| line.trim().is_empty()) else { return 0 };
    let Some(next) = block[blank..].iter().find(|line| !line.trim().is_empty()) else { return 0 };
    if block[..blank].iter().all(|line| indent(line) > indent(next)) { blank } else { 0 }
}

/// The lines below a heading that are indented more than it.
fn block<'l, 'm>(lines: &'l [&'m str]) -> &'l [&'m str] {
    let Some((head, rest)) = lines.split_first() else { return lines };
    let stops = |line: &&str| !line.trim().is_empty() && (indent(line) <= indent(head) || heading(line).is_some());
    let len = rest.iter().position(stops).unwrap_or(rest.len());
    // Some examples aren't indented: the paragraph that begins right below is meant.
    let paragraph = rest.iter().position(|line| line.trim().is_empty() || heading(line).is_some());
    if len == 0 && rest.first().is_some_and(|line| indent(line) == indent(head)) && head.trim().ends_with(':') {
        return &rest[..paragraph.unwrap_or(rest.len())];
    }
    &rest[..len]
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
