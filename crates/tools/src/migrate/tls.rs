//! Options for single TLS versions become a range.

use super::{At, Migration};
use syntax::Word;

pub static VERSIONS: Migration = Migration {
    name: "tls-versions",
    doc: "no-sslv3, no-tlsv1x and force-tlsv1x become ssl-min-ver and ssl-max-ver",
    apply: |at, edits| {
        if !has_tls_options(at) {
            return false;
        }
        const VERSIONS: [&str; 5] = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
        let forms = |prefix: &str| ["sslv3", "tlsv10", "tlsv11", "tlsv12", "tlsv13"].map(|v| format!("{prefix}-{v}"));
        let (no, force) = (forms("no"), forms("force"));
        let which = |word: &Word, forms: &[String; 5]| forms.iter().position(|form| word.is(form));
        let banned: Vec<usize> = at.line.words.iter().filter_map(|word| which(word, &no)).collect();
        let forced = at.line.words.iter().find_map(|word| Some((word, which(word, &force)?)));
        let has_range = at.line.words.iter().any(|word| word.is("ssl-min-ver") || word.is("ssl-max-ver"));
        if let Some((word, version)) = forced {
            let name = VERSIONS[version];
            match version {
                0 => edits.warn(word.span, "SSLv3 can't be had any more"),
                _ if has_range => edits.warn(word.span, "a single version and a range are given: keep the range"),
                _ => edits.words(core::slice::from_ref(word), format!("ssl-min-ver {name} ssl-max-ver {name}")),
            }
            return true;
        }
        if banned.is_empty() {
            return false;
        }
        let allowed: Vec<usize> = (1..VERSIONS.len()).filter(|version| !banned.contains(version)).collect();
        let in_a_row = allowed.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let (Some(&min), Some(&max)) = (allowed.first(), allowed.last()) else {
            edits.warn(at.line.span, "no TLS version is left");
            return true;
        };
        if !in_a_row || has_range {
            edits.warn(
                at.line.span,
                "the versions that are left are no plain range: say 'ssl-min-ver' and 'ssl-max-ver'",
            );
            return true;
        }
        // TLSv1.2 is the least anyhow, so banning what is older needs no words.
        let mut range = String::new();
        if min > 3 {
            range = format!("ssl-min-ver {}", VERSIONS[min]);
        }
        if max < 4 {
            let blank = if range.is_empty() { "" } else { " " };
            range += &format!("{blank}ssl-max-ver {}", VERSIONS[max]);
        }
        for word in at.line.words.iter().filter(|word| which(word, &no).is_some()) {
            match core::mem::take(&mut range) {
                text if text.is_empty() && at.line.words.len() == 2 => {
                    edits.retire(at.line, "TLSv1.2 is the least anyhow")
                }
                text if text.is_empty() => edits.drop(core::slice::from_ref(word)),
                text => edits.words(core::slice::from_ref(word), text),
            }
        }
        true
    },
};

fn has_tls_options(at: &At<'_>) -> bool {
    const LINES: [&str; 6] = [
        "bind",
        "server",
        "server-template",
        "default-server",
        "ssl-default-bind-options",
        "ssl-default-server-options",
    ];
    LINES.iter().any(|word| at.is(&[word]))
}
