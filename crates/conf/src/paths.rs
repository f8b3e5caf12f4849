//! File names in a configuration, put where `default-path` says.

use crate::build::DefaultPath;

/// The path to open for `name`, which stands in the source `file`.
pub fn join(name: &[u8], file: &str, default_path: &DefaultPath) -> Vec<u8> {
    if name.first() == Some(&b'/') {
        return name.to_vec();
    }
    let file = file.as_bytes();
    let folder: &[u8] = match file.iter().rposition(|c| *c == b'/') {
        Some(slash) => &file[..slash],
        None => b"",
    };
    let (base, up): (&[u8], &[u8]) = match default_path {
        DefaultPath::Current => (b"", b""),
        DefaultPath::Config => (folder, b""),
        DefaultPath::Parent => (folder, b".."),
        DefaultPath::Origin(origin) => (origin, b""),
    };
    let parts = [base, up, name];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(&b'/')
}

/// The path of `name` in the directory `base`.
pub fn under(base: &[u8], name: &[u8]) -> Vec<u8> {
    [base, name].join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_where_they_should() {
        let origin = DefaultPath::Origin(b"/srv"[..].into());
        let cases: &[(&str, &str, &DefaultPath, &str)] = &[
            ("/a", "d/f.cfg", &DefaultPath::Parent, "/a"),
            ("a", "d/f.cfg", &DefaultPath::Current, "a"),
            ("a", "d/f.cfg", &DefaultPath::Config, "d/a"),
            ("a", "f.cfg", &DefaultPath::Config, "a"),
            ("a", "d/f.cfg", &DefaultPath::Parent, "d/../a"),
            ("a", "f.cfg", &DefaultPath::Parent, "../a"),
            ("a", "f.cfg", &origin, "/srv/a"),
        ];
        for (name, file, path, want) in cases {
            assert_eq!(join(name.as_bytes(), file, path), want.as_bytes(), "{name} {file} {path:?}");
        }
    }
}
